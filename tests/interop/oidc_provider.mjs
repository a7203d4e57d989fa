// npm's oidc-provider with CSC's paths, scopes and parameters: node oidc_provider.mjs FOLDER_OF_NODE_MODULES PORT REDIRECT
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port, redirect] = process.argv.slice(2);
const found = createRequire(`${folder}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));

const asked = (ctx) => JSON.parse(ctx.oidc.params.authorization_details ?? "[]");
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "paraph",
      client_secret: "a:secret/with%signs",
      redirect_uris: [redirect],
      grant_types: ["authorization_code", "client_credentials", "refresh_token"],
      response_types: ["code"],
      authorization_details_types: ["credential"],
    },
  ],
  cookies: { keys: ["a key for cookies"] },
  scopes: ["service", "credential"],
  extraParams: [
    "credentialID", "numSignatures", "hash", "hashes", "hashAlgorithmOID", "description", "account_token", "clientData",
  ],
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: (ctx, client, code) => code.scopes.has("service"),
  pkce: { required: () => true },
  routes: {
    authorization: "/oauth2/authorize",
    token: "/oauth2/token",
    revocation: "/oauth2/revoke",
    pushed_authorization_request: "/oauth2/pushed_authorize",
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => `http://127.0.0.1:${port}/csc`,
      getResourceServerInfo: () => ({ scope: "service credential", accessTokenFormat: "opaque" }),
      useGrantedResource: () => true,
    },
    revocation: { enabled: true },
    richAuthorizationRequests: {
      enabled: true,
      types: { credential: { validate: () => undefined } },
      authorizationDetailsForGrantSource: asked,
      authorizationDetailsForAccessToken: (ctx, token, source) => source?.rar,
      authorizationDetailsForIntrospection: (ctx, token) => token.rar,
    },
  },
});
provider.listen(Number(port), "127.0.0.1");
