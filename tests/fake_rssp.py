"""A remote signing service without sockets: one credential, strict about its authorisations."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from paraph.domain.errors import (
    AuthorizationExpired,
    Declined,
    FactorLocked,
    OtpWrong,
    OutcomeUnknown,
    PinWrong,
    RsspRefused,
    RsspTokenExpired,
)
from paraph.domain.rssp import (
    Authorization,
    AuthorizationMode,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    FactorInfo,
    KeyAlgorithm,
    OAuthScope,
    PendingAuthorization,
    RsspInfo,
    RsspToken,
    Scal,
    Scal1Authorization,
    Scal2Authorization,
    authorization,
    code_challenge,
)
from paraph.domain.signature import SignatureAlgorithm
from tests.fakes import FakeClock

PIN, OTP = "4711", "123456"
MOST_WRONG = 3
RSA = "1.2.840.113549.1.1.11"
SHA256 = "2.16.840.1.101.3.4.2.1"


def credential(
    mode: AuthorizationMode = AuthorizationMode.IMPLICIT,
    scal: Scal = Scal.ONE,
    *,
    pin: bool = False,
    otp: bool = False,
    credential_id: str = "c1",
    enabled: bool = True,
) -> Credential:
    """A credential of an RSA key."""
    return Credential(
        credential_id=credential_id,
        enabled=enabled,
        key_algorithms=(RSA,),
        certificates=(b"certificate",),
        mode=mode,
        scal=scal,
        pin=FactorInfo(required=pin),
        otp=FactorInfo(required=otp, online=True),
    )


@dataclass
class FakeRssp:
    """Implements `Rssp`; what it should do wrong can be set."""

    clock: FakeClock
    credentials_there: list[Credential] = field(default_factory=lambda: [credential()])
    asked: list[bytes] = field(default_factory=list)
    """Every hash that it has signed, also where the answer was lost."""
    answers_to_lose: int = 0
    codes_sent: int = 0
    token_seconds: int = 3600
    sad_seconds: int = 300
    approved: bool | None = None
    """The app of a pending authorisation: none, it waits."""
    swapped: bytes | None = None
    """What the CMS is over, in place of the document."""
    revoked: list[str] = field(default_factory=list)
    refresh_tokens_revoked: list[str] = field(default_factory=list)
    requests: list[AuthorizationRequest] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _tokens: set[str] = field(default_factory=set)
    _sads: dict[str, Counter[bytes] | None] = field(default_factory=dict)
    _codes: dict[str, AuthorizationRequest] = field(default_factory=dict)
    _wrong: int = 0

    def info(self) -> RsspInfo:
        return RsspInfo(name="Trust Ltd", specs="1.0.4.0")

    def service_token(self) -> RsspToken:
        return self._token()

    def _token(self) -> RsspToken:
        value = f"token-{next(self._numbers)}"
        self._tokens.add(value)
        expires_at = self.clock.now() + timedelta(seconds=self.token_seconds)
        return RsspToken(value=value, token_type="Bearer", expires_at=expires_at)

    def end_tokens(self) -> None:
        """As if somebody had revoked them all."""
        self._tokens.clear()

    def account_token(self, account: str) -> str:
        return f"account:{account}"

    def authorization_url(self, request: AuthorizationRequest) -> str:
        self.requests.append(request)
        return f"https://trust.example/oauth2/authorize?state={request.state}"

    def issuer(self) -> str | None:
        return "https://trust.example"

    def code(self) -> str:
        """The signatory has agreed to the newest request."""
        code = f"code-{next(self._numbers)}"
        self._codes[code] = self.requests[-1]
        return code

    def exchange(self, exchange: CodeExchange) -> RsspToken:
        request = self._codes.pop(exchange.code, None)
        if request is None or code_challenge(exchange.code_verifier) != request.code_challenge:
            raise AuthorizationExpired("The code is not good.")
        if request.redirect_uri != exchange.redirect_uri:
            raise RsspRefused("Another redirect_uri.")
        if request.scope is OAuthScope.SERVICE:
            return self._token()
        found = self.credential(None, request.credential_id or "")
        sad = self._sad(Counter(request.hashes) if found.scal is Scal.TWO else None)
        expires_at = self.clock.now() + timedelta(seconds=self.sad_seconds)
        return RsspToken(value=sad, token_type="SAD", expires_at=expires_at)

    def refresh(self, refresh_token: str) -> RsspToken:
        raise RsspTokenExpired("There are no refresh tokens here.")

    def credentials(self, token: str | None, user_id: str | None) -> tuple[str, ...]:
        self._check(token)
        return tuple(c.credential_id for c in self.credentials_there)

    def credential(self, token: str | None, credential_id: str) -> Credential:
        if token is not None:
            self._check(token)
        return next(c for c in self.credentials_there if c.credential_id == credential_id)

    def choose_algorithm(self, credential: Credential, wanted: SignatureAlgorithm | None) -> KeyAlgorithm:
        algorithm = SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256
        return KeyAlgorithm(sign_algorithm=RSA, hash_algorithm=SHA256, algorithm=algorithm)

    def send_otp(self, token: str | None, credential: Credential) -> str | None:
        self._check(token)
        self.codes_sent += 1
        return None

    def authorize(
        self,
        token: str | None,
        credential: Credential,
        hashes: Sequence[bytes],
        hash_algorithm: str,
        pin: str | None = None,
        otp: str | None = None,
    ) -> Authorization | PendingAuthorization:
        self._check(token)
        if credential.scal is Scal.TWO and not hashes:
            raise RsspRefused("Missing parameter hash")
        self._check_factors(credential, pin, otp)
        if self.approved is not None or credential.out_of_band:
            return PendingAuthorization(credential_id=credential.credential_id, handle="handle", hashes=tuple(hashes))
        return self._authorization(credential, tuple(hashes))

    def _check_factors(self, credential: Credential, pin: str | None, otp: str | None) -> None:
        if self._wrong >= MOST_WRONG:
            raise FactorLocked("locked")
        for wanted, right, given, error in (
            (credential.pin, PIN, pin, PinWrong),
            (credential.otp, OTP, otp, OtpWrong),
        ):
            if wanted.required and given != right:
                self._wrong += 1
                raise error("wrong")

    def _authorization(self, credential: Credential, hashes: tuple[bytes, ...]) -> Authorization:
        sad = self._sad(Counter(hashes) if credential.scal is Scal.TWO else None)
        expires_at = self.clock.now() + timedelta(seconds=self.sad_seconds)
        token = RsspToken(value=sad, token_type="SAD", expires_at=expires_at)
        return authorization(credential, token, hashes)

    def _sad(self, hashes: Counter[bytes] | None) -> str:
        sad = f"sad-{next(self._numbers)}"
        self._sads[sad] = hashes
        return sad

    def check_authorization(
        self, token: str | None, credential: Credential, pending: PendingAuthorization
    ) -> Authorization | PendingAuthorization:
        self._check(token)
        if self.approved is None:
            return pending
        if not self.approved:
            raise Declined("The signatory declined.")
        return self._authorization(credential, pending.hashes)

    def extend(
        self, token: str | None, authorization: Authorization, hashes: Sequence[bytes], hash_algorithm: str
    ) -> Authorization:
        raise RsspRefused("One signature an authorisation.")

    def sign_hashes(
        self,
        token: str | None,
        authorization: Scal1Authorization,
        hashes: Sequence[bytes],
        algorithm: KeyAlgorithm,
        certificate: bytes,
    ) -> tuple[bytes, ...]:
        return self._signed(token, authorization, hashes)

    def sign_authorized(
        self, token: str | None, authorization: Scal2Authorization, algorithm: KeyAlgorithm, certificate: bytes
    ) -> tuple[bytes, ...]:
        return self._signed(token, authorization, authorization.hashes)

    def sign_documents(
        self, token: str | None, authorization: Scal1Authorization, digests: Sequence[bytes], algorithm: KeyAlgorithm
    ) -> tuple[bytes, ...]:
        return self._built(token, authorization, digests)

    def sign_authorized_documents(
        self, token: str | None, authorization: Scal2Authorization, algorithm: KeyAlgorithm
    ) -> tuple[bytes, ...]:
        return self._built(token, authorization, authorization.hashes)

    def _built(self, token: str | None, given: Authorization, digests: Sequence[bytes]) -> tuple[bytes, ...]:
        self._signed(token, given, digests)
        return tuple(b"cms::%b" % (self.swapped or one) for one in digests)

    def _signed(self, token: str | None, given: Authorization, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        self._check(token)
        if given.sad not in self._sads or self.clock.now() >= given.expires_at:
            raise AuthorizationExpired("The SAD is spent, or its time is over.")
        allowed = self._sads.pop(given.sad)
        if allowed is not None and allowed != Counter(hashes):
            raise RsspRefused("Hash is not authorized by the SAD.")
        self.asked += hashes
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise OutcomeUnknown("The answer was lost.")
        return tuple(b"value:" + one for one in hashes)

    def revoke(
        self, token: str, *, by_oauth2: bool, refresh_token: bool = False, service_token: str | None = None
    ) -> None:
        if not by_oauth2:
            self._check(service_token or token)  # a SAD does not open the service
        self._tokens.discard(token)
        self._sads.pop(token, None)
        self.revoked.append(token)
        if refresh_token:
            self.refresh_tokens_revoked.append(token)

    def _check(self, token: str | None) -> None:
        if token not in self._tokens:
            raise RsspTokenExpired("The token is not good.")
