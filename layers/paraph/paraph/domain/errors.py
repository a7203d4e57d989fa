"""What can go wrong, by name, and who must act.

ParaphError                     everything this package raises on purpose
├── InvalidInput                the caller sent something that cannot be accepted; nothing was changed
│   ├── InvalidRequest · UnknownProfile · IdempotencyKeyMissing · IdempotencyKeyMalformed
│   ├── NotAPdf · EmptyDocument · DamagedDocument · EncryptedDocument · DocumentTooLarge · DocumentTooComplex
│   ├── ActiveContentRefused · SigningForbidden
│   ├── UnknownField · FieldNotSignable · FieldAlreadySigned · RequiredFieldEmpty · ValueTooLong · ValueNotAnOption
│   └── UnsupportedMedia
├── NotAllowed                  the caller is known and may not do this
│   ├── AuthenticationFailed · UnknownClient · TokenExpired · OnBehalfTokenCannotSign · NotTheSignatorysTurn
│   ├── OtpRequired · OtpWrong · OtpExpired · OtpNotDelivered · PasskeyRefused
│   ├── PinWrong · FactorLocked · AuthorizationExpired · RsspTokenExpired · ReturnRefused · HookRefused
│   ├── SignatureNotThere
│   └── UnknownCaller
├── NotFound                    there is no such thing, or it belongs to somebody else
│   ├── UnknownSigning · UnknownPackage · UnknownDocument · UnknownUpload
│   └── UnknownRecipient · UnknownSignatory · UnknownDevice · UnknownTransaction · NoSigner · LinkUnknown
├── Conflict                    the thing is not in a state that allows this
│   ├── IdempotencyConflict · TooLateToCancel · ResultNotReady · AlreadyFinished · NotInDraft
│   └── DocumentLocked · LinkExpired · NothingAsked · SignatureAlreadyGiven · TooManyCodes · TooManyDevices
├── SigningImpossible           configuration or a signing server stands in the way
│   ├── LevelNotOffered · UnknownSigningServer · UnknownCapacity · CertificateMissing · CertificateExpired
│   ├── CertificateMismatch · CertificateRevoked · RevocationUnknown · KeyUnavailable · TimestampUnavailable
│   ├── ConformanceNotReached · SignatureInvalid · PlaceholderTooSmall · VerificationFailed · NotConfigured
│   ├── RsspRefused · CredentialUnusable · ScalMismatch
│   ├── EidEasyRefused · NoSigningMethod · SignedByAnother
│   └── LongTermDataUnavailable · NoRegisteredDevice
├── Cancelled                   the owner withdrew the signing before the signature was asked for
├── Declined                    the signatory does not want to sign
├── Expired                     the signatory did not act in time
├── OutcomeUnknown              an answer was lost; only reconciliation may go on
├── Unavailable                 a dependency did not answer; the same call may work later (retryable)
└── Unexpected                  a defect or an unforeseen failure

StepFailed                      what a step tells the state machine once the problem is in the record
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Actor(StrEnum):
    """Who must act so that the work can go on."""

    CALLER = "caller"
    OWNER = "owner"
    SIGNATORY = "signatory"
    OPERATOR = "operator"
    NOBODY = "nobody"


class ParaphError(Exception):
    """An error with a stable name; `message` is for people and must hold no secret."""

    status: ClassVar[int] = 500
    actor: ClassVar[Actor] = Actor.OPERATOR
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = "Look at the function's log with the signing's id."

    def __init__(self, message: str, **details: str | int) -> None:
        """`details` are facts for machines: names of fields, limits, states; never values of form fields or tokens."""
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def name(self) -> str:
        """The stable name that records, logs and API answers carry."""
        return type(self).__name__


class InvalidInput(ParaphError):
    """The caller sent something that cannot be accepted."""

    status = 422
    actor = Actor.CALLER
    advice = "Correct the request and send it again."


class InvalidRequest(InvalidInput):
    """The request's JSON has unknown, missing or malformed properties."""

    status = 400


class UnknownProfile(InvalidInput):
    """No signing profile has this name."""

    advice = "Use a profile that `paraph configure` has loaded, or the right folder under inbox/."


class IdempotencyKeyMissing(InvalidInput):
    """POST needs an Idempotency-Key header."""

    status = 400
    advice = "Send an Idempotency-Key header: 1 to 255 visible ASCII characters, fresh for every new signing."


class IdempotencyKeyMalformed(InvalidInput):
    """The Idempotency-Key is not 1 to 255 visible ASCII characters."""

    status = 400
    advice = IdempotencyKeyMissing.advice


class UnsupportedMedia(InvalidInput):
    """The body is not of a media type that this call takes."""

    status = 415


class NotAPdf(InvalidInput):
    """The bytes are not a PDF file."""

    advice = "Submit a PDF file (ISO 32000)."


class EmptyDocument(NotAPdf):
    """The file has no bytes."""


class DamagedDocument(InvalidInput):
    """The PDF's structure is broken or truncated."""

    advice = "Make the PDF again from its source; Paraph does not repair files that it signs."


class EncryptedDocument(InvalidInput):
    """The PDF is encrypted and no password that opens it was given."""

    advice = "Submit the document without encryption."


class DocumentTooLarge(InvalidInput):
    """The document or request body is over the limit."""

    status = 413
    advice = "Ask for an upload address with POST /documents, within the limit, or raise the stack's limit."


class DocumentTooComplex(InvalidInput):
    """The PDF nests or expands beyond the limits for untrusted files."""


class ActiveContentRefused(InvalidInput):
    """The PDF holds JavaScript or XFA and the profile refuses it."""


class SigningForbidden(InvalidInput):
    """An earlier certification or field lock of the document forbids this signature."""

    actor = Actor.OWNER
    advice = "Ask whoever certified the document for one that allows this signature."


class UnknownField(InvalidInput):
    """The document has no such field."""


class FieldNotSignable(InvalidInput):
    """The field exists and is not an empty signature field of this signatory."""


class FieldAlreadySigned(InvalidInput):
    """The signature field holds a signature."""

    status = 409


class RequiredFieldEmpty(InvalidInput):
    """A mandatory form field has no value."""

    advice = "Give the field's value in form_values."


class ValueTooLong(InvalidInput):
    """The value has more characters than the form field allows."""


class ValueNotAnOption(InvalidInput):
    """The value is not one of the form field's options."""


class NotAllowed(ParaphError):
    """The caller may not do this."""

    status = 403
    actor = Actor.OWNER
    advice = "Act as the party that may do this."


class UnknownCaller(NotAllowed):
    """The IAM principal belongs to no owner and is no operator."""

    advice = "Add the principal to an owner or to the operators, and run `paraph configure`."


class AuthenticationFailed(NotAllowed):
    """The secret or token does not authenticate this party."""

    status = 401
    advice = "Check the secret that the profile names, or run `paraph configure` to renew it."


class UnknownClient(AuthenticationFailed):
    """No integration has this client id and secret."""

    advice = "Add the integration to the configuration, and use its secret from Secrets Manager."


class TokenExpired(AuthenticationFailed):
    """The access token is past its time or was revoked."""


class OnBehalfTokenCannotSign(NotAllowed):
    """A token obtained in another's name may prepare and share, but never sign."""

    advice = "Sign with a token that the signatory obtained with its own secret."


class NotTheSignatorysTurn(NotAllowed):
    """The package is not pending for this signatory."""

    advice = "Name a signatory of this owner, or wait until the package is shared with it."


class OtpRequired(NotAllowed):
    """The signature needs a one-time password, and none was given."""

    actor = Actor.SIGNATORY
    advice = "Ask for a one-time password with Generate OTP, and sign with it."


class OtpWrong(NotAllowed):
    """The one-time password is not the one that was sent, or was used before."""

    actor = Actor.SIGNATORY
    advice = "Use the newest one-time password; after too many wrong ones, ask for a new one."


class OtpExpired(NotAllowed):
    """The one-time password's time has passed, or it was tried too often."""

    actor = Actor.SIGNATORY
    advice = "Ask for a new one-time password."


class OtpNotDelivered(NotAllowed):
    """There is no mobile number or address that the one-time password could be sent to, or it was sent a moment ago."""

    advice = "Give the signatory a mobile number or an e-mail address in the configuration."


class PasskeyRefused(NotAllowed):
    """The device's answer does not prove what it has to: another device, digest or page, or nobody was verified."""

    actor = Actor.SIGNATORY
    advice = "Open the newest link on the registered device and confirm there; if that fails, register it anew."


class ReturnRefused(NotAllowed):
    """A browser came back from a signing service with something that nobody was sent there for."""

    actor = Actor.SIGNATORY
    advice = "Open the newest link again, and go to the signing service from there."


class SignatureNotThere(NotAllowed):
    """eID Easy has no signature of the document so far, whatever its widget said."""

    actor = Actor.SIGNATORY
    advice = "Sign in the widget; if it said that you have, wait a moment and look again."


class HookRefused(NotAllowed):
    """A call in eID Easy's name does not bring the token that its document was given."""

    status = 401
    actor = Actor.CALLER
    advice = "Compare the hook's address and the setting `bearer` with what eID Easy sends."


class PinWrong(NotAllowed):
    """The credential's PIN is wrong; or one of PIN and one-time password, where the service does not tell which."""

    actor = Actor.SIGNATORY
    advice = "Try again with care: the service locks a credential after a few wrong answers."


class FactorLocked(NotAllowed):
    """The remote signing service has locked the credential after too many wrong answers."""

    actor = Actor.SIGNATORY
    advice = "Have the credential unlocked by the remote signing service; then start again."


class AuthorizationExpired(NotAllowed):
    """The signatory's authorisation at the remote signing service is used up or past its time; nothing was done now."""

    actor = Actor.SIGNATORY
    advice = "Authorise the signature again."


class RsspTokenExpired(NotAllowed):
    """The remote signing service's token is past its time or was revoked; nothing was done with it."""

    status = 401
    advice = "Get a new token from the service; if that does not help, check the client's permissions there."


class NotFound(ParaphError):
    """There is no such thing for this caller."""

    status = 404
    actor = Actor.CALLER
    advice = "Check the id; things of other owners are not visible."


class UnknownSigning(NotFound):
    """No signing of this owner has this id."""


class UnknownPackage(NotFound):
    """No package of this party has this id."""


class UnknownDocument(NotFound):
    """No document of this party has this id."""


class UnknownUpload(NotFound):
    """Nothing was uploaded under this id, or it was removed."""


class UnknownRecipient(NotFound):
    """The package's workflow has no recipient at this position."""


class NoSigner(NotFound):
    """The package has nobody to sign it."""

    advice = "Add a signer to the workflow before sharing the package."


class UnknownSignatory(NotFound):
    """The caller has no such signatory."""


class UnknownTransaction(NotFound):
    """No signature of this field was prepared under this transaction id."""


class UnknownDevice(NotFound):
    """The signatory has no such device."""


class LinkUnknown(NotFound):
    """No signatory has this link."""

    advice = "Use the newest link that was sent, in full."


class Conflict(ParaphError):
    """The thing is not in a state that allows this."""

    status = 409
    actor = Actor.CALLER
    advice = "Look at the thing's state first."


class IdempotencyConflict(Conflict):
    """The same Idempotency-Key came before with another request."""

    advice = "Use a fresh Idempotency-Key for a new signing."


class TooLateToCancel(Conflict):
    """The signature has been asked for, or the signing has ended."""

    actor = Actor.NOBODY
    advice = "Nothing can be done; look at how the signing ends."


class ResultNotReady(Conflict):
    """The signing has no signed document (yet)."""

    advice = "Wait until the signing's status is SIGNED."


class NotSubmitted(Conflict):
    """The signing's document has not come into the hub (yet)."""

    advice = "Wait until the step Submit is done; a signing that ended before it keeps no document."


class AlreadyFinished(Conflict):
    """The signatory's part of the package is finished."""

    actor = Actor.NOBODY
    advice = "Nothing is left to do in this package."


class NotInDraft(Conflict):
    """The package has been shared; only a draft can be changed."""

    advice = "Recall the package first, or start with a new one."


class DocumentLocked(Conflict):
    """Another signing holds this document's lock."""

    advice = "Try again when the other signing has ended; a lock ends by itself after its deadline."


class LinkExpired(Conflict):
    """The link's time has passed, or its signing has ended."""

    status = 410
    actor = Actor.NOBODY
    advice = "Nothing is left to do here; whoever asked for the signature can start again."


class SignatureAlreadyGiven(Conflict):
    """The document is signed: there is nothing left to answer."""

    actor = Actor.NOBODY
    advice = "Nothing has to be done."


class NothingAsked(Conflict):
    """Nothing is asked of the signatory at this moment."""

    actor = Actor.SIGNATORY
    advice = "Look again in a moment."


class TooManyCodes(Conflict):
    """No further one-time password is sent for this signing, or not yet."""

    actor = Actor.SIGNATORY
    advice = "Use the code that was sent, or ask again in half a minute; after five codes, the owner has to start anew."


class TooManyDevices(Conflict):
    """The signatory has as many registered devices as there may be."""

    actor = Actor.OWNER
    advice = "Revoke a device that is not used any more: `paraph devices revoke`."


class SigningImpossible(ParaphError):
    """Configuration, a certificate or a signing server stands in the way."""

    status = 422


class NotConfigured(SigningImpossible):
    """The configuration lacks something that the step needs."""

    advice = "Complete the configuration file and run `paraph configure`."


class LevelNotOffered(SigningImpossible):
    """The signing server offers no capacity at the level of assurance asked for."""

    actor = Actor.OWNER
    advice = "Ask for a level that the profile's signing server offers, or name another server."


class UnknownSigningServer(SigningImpossible):
    """No signing server has this name."""

    actor = Actor.OWNER


class UnknownCapacity(SigningImpossible):
    """The signing server has no capacity of this name."""

    actor = Actor.OWNER


class CertificateMissing(SigningImpossible):
    """The signing key has no imported certificate."""

    advice = "Have a certificate issued for the key's CSR and import its chain with `paraph configure`."


class CertificateExpired(SigningImpossible):
    """The signing certificate is not valid at this time."""

    advice = "Renew the certificate and run `paraph configure`."


class CertificateMismatch(SigningImpossible):
    """The certificate's public key is not the signing key's."""

    advice = "Import the certificate that was issued for this key."


class CertificateRevoked(SigningImpossible):
    """The issuer has revoked the signing certificate."""

    advice = "Replace key and certificate; find out why it was revoked."


class RevocationUnknown(SigningImpossible):
    """The certificate's revocation state could not be established."""

    advice = "Check that the issuer's OCSP responder and CRL can be reached."


class KeyUnavailable(SigningImpossible):
    """The signing key is disabled, pending deletion or not accessible."""

    advice = "Enable the key in AWS KMS, or configure another one."


class TimestampUnavailable(SigningImpossible):
    """No time-stamping authority answered with a valid token."""

    advice = "Check the time-stamping authorities; the signing can be repeated."


class NoRegisteredDevice(SigningImpossible):
    """The signing server wants the approval of a registered device, and the signatory has none."""

    actor = Actor.OWNER
    advice = "Invite the signatory to register a device: `paraph devices invite`; then start again."


class RsspRefused(SigningImpossible):
    """The remote signing service refused the call; nothing was done."""

    advice = "Compare the signing server's settings with the service: call and OAuth or CSC error are in the record."


class CredentialUnusable(SigningImpossible):
    """The credential cannot sign: disabled, expired, revoked or suspended, or without a fitting certificate or key."""

    actor = Actor.OWNER
    advice = "Choose another credential, or ask the remote signing service about this one."


class ScalMismatch(SigningImpossible):
    """The credential wants its authorisation bound to the hashes (SCAL 2), and the call would sign without."""

    actor = Actor.CALLER
    advice = "Ask for the document's hash, authorise that, have it signed and embed the value."


class EidEasyRefused(SigningImpossible):
    """eID Easy does not take the call: client id, secret, or something that is not switched on for the client."""

    advice = "Compare client id and secret with eID Easy's admin site, and ask eID Easy what is switched on."


class NoSigningMethod(SigningImpossible):
    """eID Easy offers no method for this signature."""

    actor = Actor.OWNER
    advice = "Allow more methods or another level; which methods there are is set at eID Easy."


class SignedByAnother(SigningImpossible):
    """Somebody else signed than the signatory; nothing was embedded."""

    actor = Actor.OWNER
    advice = "Find out who used the signatory's link; compare the signatory's id code with the configuration."


class LongTermDataUnavailable(SigningImpossible):
    """The validation information for B-LT could not be collected."""

    advice = "Check that OCSP responders and CRLs of the whole chain can be reached."


class ConformanceNotReached(SigningImpossible):
    """The signature does not verify at the conformance level asked for; nothing was stored."""

    advice = "Compare the trust anchors and authorities of the configuration with the certificate's issuers."


class SignatureInvalid(SigningImpossible):
    """The signing server returned a value that does not verify; nothing was embedded."""

    advice = "Check that key, certificate and algorithm of the signing capacity belong together."


class PlaceholderTooSmall(SigningImpossible):
    """The CMS does not fit the space reserved for it."""

    advice = "Use a shorter certificate chain, without the root."


class VerificationFailed(SigningImpossible):
    """The stored document does not verify as asked; it is quarantined."""

    advice = "Compare the report under work/signings/ with what was asked; do not hand the document on."


class Cancelled(ParaphError):
    """The owner withdrew the signing before the signature was asked for."""

    status = 409
    actor = Actor.NOBODY
    advice = "Start a new signing if the document shall be signed after all."


class Declined(ParaphError):
    """The signatory does not want to sign."""

    status = 409
    actor = Actor.OWNER
    advice = "Ask the signatory why; start a new signing if it shall be signed after all."


class Expired(ParaphError):
    """The signatory did not act in time, or gave too many wrong answers."""

    status = 409
    actor = Actor.OWNER
    advice = "Ask the signatory; start a new signing."


class OutcomeUnknown(ParaphError):
    """An answer was lost after the signature had been asked for."""

    advice = "Nothing to do: reconciliation decides. If it cannot, the signing ends as NEEDS_ATTENTION."


class Unavailable(ParaphError):
    """A dependency did not answer; the same call may work later."""

    status = 503
    advice = "Try again later; if it stays, look whether the named service can be reached."
    retryable = True


class Unexpected(ParaphError):
    """A defect or an unforeseen failure; its type is in the record, its details are in the log."""


class StepFailed(Exception):
    """A step ended without success; the signing's record says why. Its message is the problem's name, nothing more."""
