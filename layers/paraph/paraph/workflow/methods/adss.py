"""ADSS and RAS: a server-held key signs, at once or when the signatory's device has approved.

The order of calls is the same (contract: SigningHub §1.3, §1.4): Sign Document, and Get Signing Status while it is
pending.
"""

from collections.abc import Callable

from paraph.domain.challenge import Factor, GivenAnswer, Question
from paraph.domain.errors import ParaphError
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import Signing
from paraph.ports.hub import Hub, SignedDocument
from paraph.workflow.methods.method import already_signed, document_of
from paraph.workflow.methods.wish import wish_of
from paraph.workflow.step import known

CODE = Question(factors=(Factor.OTP,), code_wanted=True)


class Adss:
    """Implements `Method` with Sign Document, on either hub."""

    def prepare(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None) -> Question | None:  # noqa: ARG002
        """A one-time password, where the signing server wants one."""
        return CODE if signing.otp_required and (answer is None or answer.otp is None) else None

    def sign(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None = None) -> SignedDocument:
        """One call; the hub stores the signed document before it answers, or says that it is pending."""
        otp = answer.otp if answer else None
        return hub.sign_document(token, *document_of(signing), wish_of(signing), otp)

    def find_out(self, hub: Hub, token: str, signing: Signing) -> SignedDocument | None:
        """What became of a call whose answer was lost; none if the field is not signed so far.

        If the field is signed, that is the answer. Otherwise a hub that repeats signatures is asked again: it signs the
        same frozen digest, and only one signature is ever embedded. Any other hub is never asked twice.
        """
        if already_signed(hub, token, signing):
            return SignedDocument(field_name=known(signing.field, "field").name, status=SignatureStatus.SIGNED)
        return self.sign(hub, token, signing) if hub.repeats_signatures else None

    def answer_refused(self, hub: Hub, token: str, signing: Signing, refusal: ParaphError) -> None:
        """The hub asks for another code."""

    def send_code(self, hub: Hub, token: str, signing: Signing) -> None:
        """Generate OTP (§9.3)."""
        hub.generate_otp(token, *document_of(signing), known(signing.field, "field").name)

    def clean_up(self, hub: Hub, open_token: Callable[[], str], signing: Signing) -> dict[str, str]:  # noqa: ARG002
        """Nothing is open elsewhere."""
        return {}
