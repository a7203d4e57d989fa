// The signatory's device by way of the browser (W3C Web Authentication): JSON of the API in, JSON for the API out.

import { base64url, bytes } from "./base64url.js";
import { el } from "./dom.js";

const BINARY = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

/** Old browsers, and pages without TLS, know no passkeys. */
export const available = () => Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials);

/** A new passkey, on the device that the signatory chooses. */
export async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map(described),
  };
  return json(await navigator.credentials.create({ publicKey }));
}

/** The answer of one of the devices that the options allow. */
export async function get(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: options.allowCredentials.map(described),
  };
  return json(await navigator.credentials.get({ publicKey }));
}

/** What to say of an error of the browser or the device; null if it is none of theirs. */
export function trouble(error, words) {
  return words[error.name] ?? (error instanceof DOMException ? words.other : null);
}

/** The button that asks the device, its error tied to it, and what is said while the device has its turn. */
export function asking(words, { type, click }) {
  const error = el("p", { id: "device-error", class: "notice warning", hidden: true });
  const again = () => {
    error.hidden = true;
    button.removeAttribute("aria-describedby");
    click?.();
  };
  const button = el("button", { type, class: "main", click: again }, words.ask);
  const complain = (text) => {
    error.textContent = text;
    error.hidden = false;
    button.setAttribute("aria-describedby", error.id);
    button.focus();
  };
  return { rows: [error, button, el("p", { class: "confirming" }, words.confirming)], complain };
}

const described = ({ id, ...more }) => ({ ...more, id: bytes(id) });

/** Some browsers have no `toJSON`, and some password managers give credentials whose `toJSON` fails. */
function json(credential) {
  try {
    return credential.toJSON();
  } catch {
    return byHand(credential);
  }
}

function byHand({ id, type, response }) {
  const given = BINARY.filter((name) => response[name]).map((name) => [name, base64url(response[name])]);
  return { id, rawId: id, type, response: Object.fromEntries(given), clientExtensionResults: {} };
}
