"""CSC: the order of calls with a credential at a remote signing service, on either hub (contract: SigningHub §1.5–1.8).

Service token, credential, under SCAL 2 the document's hash, the credential's authorisation, the signature. Under SCAL 1
the hub hashes, has it signed and embeds in one call (1-step); under SCAL 2 exactly the hash that was authorised is
signed and then embedded (2-step).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from paraph.domain.challenge import Factor, GivenAnswer, Question
from paraph.domain.errors import AuthorizationExpired, CredentialUnusable, OutcomeUnknown, ParaphError
from paraph.domain.rssp import (
    AuthorizationMode,
    Credential,
    OAuthScope,
    PendingAuthorization,
    RsspToken,
    Scal,
    Scal1Authorization,
    Scal2Authorization,
    authorization,
)
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import RemoteProgress, Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hub, SignedDocument
from paraph.ports.rssp_operations import CredentialAuthorization
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import Facts, SigningStore
from paraph.workflow.answers import ANSWER
from paraph.workflow.methods.method import AskAgain, Waiting, already_signed, document_of
from paraph.workflow.methods.visit import Given, Visit
from paraph.workflow.methods.wish import wish_of
from paraph.workflow.step import known, proceed

MOST_LOST = 1  # authorisations whose signature may be lost before an operator has to look


@dataclass(frozen=True)
class Csc:
    """Implements `Method`; tokens and authorisations are in the secret store, what is found goes into the record."""

    signings: SigningStore
    secrets: SecretStore
    clock: Clock

    def prepare(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None) -> Question | Waiting | None:
        """One step after the other; each that was done before is not done again."""
        visit = self._visit(hub, token, signing)
        if login := visit.opened(answer):
            return login
        signing = self._with_credential(visit)
        signing = self._with_hash(hub, self._visit(hub, token, signing))
        return self._authorized(self._visit(hub, token, signing), answer)

    def _with_credential(self, visit: Visit) -> Signing:
        if visit.signing.remote:
            return visit.signing
        credential = self._first_usable(visit)
        progress = RemoteProgress(credential=credential, provider=visit.provider())
        facts: Facts = {"credential_mode": credential.mode, "scal": credential.scal}
        return self._progress(visit.signing, progress, "CREDENTIAL_CHOSEN", facts)

    def _first_usable(self, visit: Visit) -> Credential:
        """The one that the profile names, or the first that can sign now. Raises CredentialUnusable."""
        named = visit.signing.credential_id
        ids = visit.call(lambda access: visit.rssp.get_filtered_credentials(visit.token, access))
        refusal = CredentialUnusable("The signatory has no credential at the service.", reason="none")
        for credential_id in (found for found in ids if named in (None, found)):
            try:
                credential = self._credential(visit, credential_id)
                credential.check(self.clock.now())
            except CredentialUnusable as error:
                refusal = error
            else:
                return credential
        raise refusal

    def _credential(self, visit: Visit, credential_id: str) -> Credential:
        return visit.call(lambda access: visit.rssp.get_credential_info(visit.token, access, credential_id))

    def _with_hash(self, hub: Hub, visit: Visit) -> Signing:
        """Under SCAL 2 the hash comes first: only it will be authorised."""
        signing = visit.signing
        progress = known(signing.remote, "remote")
        if progress.credential.scal is Scal.ONE or progress.digest:
            return signing
        hashed = visit.call(
            lambda access: hub.rssp.get_document_hash(
                visit.token, *document_of(signing), wish_of(signing), access, progress.credential
            )
        )
        found = {"transaction_id": hashed.transaction_id, "digest": hashed.digest, "algorithm": hashed.algorithm}
        facts: Facts = {"digest": hashed.digest.hex(), "algorithm": hashed.algorithm.algorithm}
        return self._progress(signing, progress.model_copy(update=found), "HASHED", facts)

    def _authorized(self, visit: Visit, answer: GivenAnswer | None) -> Question | Waiting | None:
        given = visit.authorization()
        if isinstance(given, PendingAuthorization):
            pending, credential = given, known(visit.signing.remote, "remote").credential
            given = visit.call(lambda access: visit.rssp.check_authorization(visit.token, access, credential, pending))
            visit.keep_authorization(given)
        if given is None:
            asked = self._authorize(visit, answer)
            if isinstance(asked, Question):
                return asked
            given = asked
        return Waiting() if isinstance(given, PendingAuthorization) else None

    def _authorize(self, visit: Visit, answer: GivenAnswer | None) -> Question | Given:
        credential = known(visit.signing.remote, "remote").credential
        if credential.mode is AuthorizationMode.OAUTH2CODE:
            sad = self._exchanged(visit, answer)
            given: Given | None = authorization(credential, sad, _hashes(visit.signing)) if sad else None
            if given is None:
                return visit.login(OAuthScope.CREDENTIAL)
        else:
            question = _question(visit.signing, answer)
            if question:
                return question
            given = self._by_factors(visit, credential, answer or GivenAnswer())
        visit.keep_authorization(given)
        self.secrets.forget(ANSWER, visit.signing.signing_id)
        facts: Facts = {"credential_mode": credential.mode, "pending": isinstance(given, PendingAuthorization)}
        self._progress(visit.signing, known(visit.signing.remote, "remote"), "AUTHORISED", facts)
        return given

    def _exchanged(self, visit: Visit, answer: GivenAnswer | None) -> RsspToken | None:
        """The SAD for the code that the signatory came back with (SigningHub §10.5)."""
        exchange = visit.exchange(answer, OAuthScope.CREDENTIAL)
        if exchange is None:
            return None
        progress = known(visit.signing.remote, "remote")
        bound = {
            "credential_id": progress.credential.credential_id,
            "hashes": _hashes(visit.signing),
            "hash_algorithm": progress.algorithm.hash_algorithm if progress.algorithm else None,
        }
        return visit.rssp.get_access_token(visit.token, visit.server, exchange.model_copy(update=bound))

    def _by_factors(self, visit: Visit, credential: Credential, answer: GivenAnswer) -> Given:
        algorithm = known(visit.signing.remote, "remote").algorithm
        wanted = CredentialAuthorization(
            hashes=_hashes(visit.signing),
            hash_algorithm=algorithm.hash_algorithm if algorithm else None,
            pin=answer.pin,
            otp=answer.otp,
        )
        return visit.call(lambda access: visit.rssp.authorize_credential(visit.token, access, credential, wanted))

    def sign(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None) -> SignedDocument:  # noqa: ARG002
        """In one step or in two. Raises AuthorizationExpired if there is nothing to sign with any more."""
        visit = self._visit(hub, token, signing)
        given = visit.authorization()
        if isinstance(given, Scal1Authorization):
            return self._sign_directly(hub, visit, given)
        if isinstance(given, Scal2Authorization):
            return self._sign_hash(hub, visit, given)
        raise AuthorizationExpired("There is no authorisation any more.")

    def _sign_directly(self, hub: Hub, visit: Visit, given: Scal1Authorization) -> SignedDocument:
        signing, credential = visit.signing, known(visit.signing.remote, "remote").credential
        signed = visit.call(
            lambda access: hub.rssp.sign_document_directly(
                visit.token, *document_of(signing), wish_of(signing), access, credential, given
            )
        )
        visit.forget_authorization()
        return signed

    def _sign_hash(self, hub: Hub, visit: Visit, given: Scal2Authorization) -> SignedDocument:
        """The value is in the record before it is embedded: from then on it cannot be lost."""
        progress = known(visit.signing.remote, "remote")
        algorithm = known(progress.algorithm, "algorithm")
        (value,) = visit.call(
            lambda access: hub.rssp.get_sign_hash(visit.token, access, progress.credential, given, algorithm)
        )
        kept = progress.model_copy(update={"signature_value": value})
        signing = self._progress(visit.signing, kept, "SIGNATURE_RECEIVED", {})
        visit.forget_authorization()
        return self._embedded(hub, visit.token, signing, value)

    def _embedded(self, hub: Hub, token: str, signing: Signing, value: bytes) -> SignedDocument:
        transaction_id = known(known(signing.remote, "remote").transaction_id, "transaction_id")
        name = known(signing.field, "field").name
        return hub.rssp.embed_signature(token, *document_of(signing), name, transaction_id, value)

    def find_out(self, hub: Hub, token: str, signing: Signing) -> SignedDocument | AskAgain | None:
        """A value that came is embedded; one that was lost is never asked for again with the same authorisation.

        The authorisation is revoked then, and the same digest may be authorised anew, once: whatever the service has
        signed before, one signature is embedded. A hub that embeds by itself and cannot be asked twice ends that.
        """
        name, progress = known(signing.field, "field").name, known(signing.remote, "remote")
        if already_signed(hub, token, signing):
            return SignedDocument(field_name=name, status=SignatureStatus.SIGNED)
        if progress.signature_value:
            return self._embedded(hub, token, signing, progress.signature_value)
        visit = self._visit(hub, token, signing)
        if progress.credential.scal is Scal.ONE:
            if not hub.repeats_signatures:
                return None
            given = visit.authorization()
            with suppress(OutcomeUnknown):
                if isinstance(given, Scal1Authorization):
                    return self._sign_directly(hub, visit, given)
        if progress.given_up >= MOST_LOST:
            return None
        self.give_up(hub, token, signing)
        return AskAgain()

    def give_up(self, hub: Hub, token: str, signing: Signing) -> Signing:
        """End the authorisation that nobody knows the use of, and count it."""
        progress = known(signing.remote, "remote")
        revoked = self._visit(hub, token, signing).revoke_authorization(by_oauth2=_by_oauth2(progress))
        lost = progress.model_copy(update={"given_up": progress.given_up + 1})
        return self._progress(signing, lost, "AUTHORISATION_GIVEN_UP", {"authorisation": revoked or "none"})

    def answer_refused(self, hub: Hub, token: str, signing: Signing, refusal: ParaphError) -> None:
        """An authorisation that is not good any more is given up; too many of them, and nothing helps.

        Where the signatory's login is over, or a login's code was not good, it logs in again. Some services find out
        that a factor is wrong only when they sign: the signatory is asked for it again, so often as wrong answers are
        allowed; where nothing is asked for, that would go round and round.
        """
        visit = self._visit(hub, token, signing)
        if visit.needs_login():
            return
        if not isinstance(refusal, AuthorizationExpired) and _question(signing, None):
            visit.revoke_authorization(by_oauth2=False)
        elif signing.remote is None or signing.remote.given_up >= MOST_LOST:
            raise refusal
        else:
            self.give_up(hub, token, signing)

    def send_code(self, hub: Hub, token: str, signing: Signing) -> None:
        """Send OTP via RSSP (§10.11)."""
        credential = known(signing.remote, "remote").credential
        visit = self._visit(hub, token, signing)
        visit.call(lambda access: hub.rssp.send_otp(token, access, credential))

    def clean_up(self, hub: Hub, open_token: Callable[[], str], signing: Signing) -> dict[str, str]:
        """Revoke what is left: an authorisation that was not used, and the service token."""
        try:
            visit = self._visit(hub, open_token(), signing)
        except ParaphError as error:
            return {"tokens": error.name}
        by_oauth2 = signing.remote is not None and _by_oauth2(signing.remote)
        authorisation = visit.revoke_authorization(by_oauth2=by_oauth2)
        return {**({"authorisation": authorisation} if authorisation else {}), **visit.revoke_token()}

    def _visit(self, hub: Hub, token: str, signing: Signing) -> Visit:
        return Visit(hub.rssp, token, signing, self.secrets, self.clock)

    def _progress(self, signing: Signing, progress: RemoteProgress, what: str, facts: Facts) -> Signing:
        def change(signing: Signing) -> Signing:
            return proceed(signing).model_copy(update={"remote": progress})

        return self.signings.change(signing.signing_id, "sign", what, change, facts)


def _hashes(signing: Signing) -> tuple[bytes, ...]:
    digest = known(signing.remote, "remote").digest
    return (digest,) if digest else ()


def _by_oauth2(progress: RemoteProgress) -> bool:
    return progress.credential.mode is AuthorizationMode.OAUTH2CODE


def _question(signing: Signing, answer: GivenAnswer | None) -> Question | None:
    """The factors that the credential wants and nobody has given."""
    progress = known(signing.remote, "remote")
    pin, otp = progress.credential.pin, progress.credential.otp
    factors = tuple(f for f, info in ((Factor.PIN, pin), (Factor.OTP, otp)) if info.required)
    if all(answer is not None and getattr(answer, factor) for factor in factors):
        return None
    return Question(factors=factors, code_wanted=otp.required and otp.online, provider=progress.provider)
