"""Every method of the API with its parameters in both versions; a name that is not here is refused, never ignored."""

from local.servers.rssp import authorization, challenges, description, documents, info, listing, login, signing
from local.servers.rssp.calls import Access, Method, names

METHODS = {
    "info": Method(info.info, names("lang"), names("lang"), Access.NONE),
    "auth/login": Method(
        login.login, names("refresh_token rememberMe"), names("refresh_token rememberMe"), Access.NONE
    ),
    "auth/revoke": Method(login.revoke, names("token token_type_hint"), names("token token_type_hint")),
    "credentials/list": Method(
        listing.list_credentials,
        names("userID maxResults pageToken"),
        names("userID credentialInfo certificates certInfo authInfo onlyValid lang"),
    ),
    "credentials/info": Method(
        description.info,
        names("credentialID certificates certInfo authInfo lang"),
        names("credentialID certificates certInfo authInfo lang"),
        Access.CREDENTIAL,
    ),
    "credentials/authorize": Method(
        authorization.authorize,
        names("credentialID numSignatures hash PIN OTP description"),
        names("credentialID numSignatures hashes hashAlgorithmOID authData description"),
    ),
    "credentials/authorizeCheck": Method(authorization.authorize_check, None, names("handle")),
    "credentials/sendOTP": Method(challenges.send_otp, names("credentialID"), None),
    "credentials/getChallenge": Method(challenges.get_challenge, None, names("credentialID authObjectID")),
    "credentials/extendTransaction": Method(
        authorization.extend_transaction,
        names("credentialID SAD hash"),
        names("credentialID SAD hashes hashAlgorithmOID"),
    ),
    "signatures/signHash": Method(
        signing.sign_hash,
        names("credentialID SAD hash hashAlgo signAlgo signAlgoParams"),
        names(
            "credentialID SAD hashes hashAlgorithmOID signAlgo signAlgoParams "
            "operationMode validity_period response_uri"
        ),
        Access.CREDENTIAL,
    ),
    "signatures/signDoc": Method(
        documents.sign_doc,
        None,
        names(
            "credentialID signatureQualifier SAD documentDigests documents returnValidationInfo "
            "operationMode validity_period response_uri"
        ),
        Access.CREDENTIAL,
    ),
}

# The standard has them, this service does not (501)
NOT_IMPLEMENTED = {
    "v1": frozenset({"signatures/timestamp"}),
    "v2": frozenset({"signatures/timestamp", "signatures/signPolling", "credentials/sendOTP"}),
}
