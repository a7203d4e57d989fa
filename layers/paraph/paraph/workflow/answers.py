"""What signatories gave, between the desk that takes it and the step that uses it."""

from datetime import datetime

from paraph.domain.challenge import GivenAnswer
from paraph.ports.secret_store import SecretStore

ANSWER = "answer"


def keep(secrets: SecretStore, signing_id: str, answer: GivenAnswer, expires_at: datetime) -> None:
    """Encrypted, in place of an earlier one."""
    secrets.keep(ANSWER, signing_id, answer.model_dump_json(exclude_none=True), expires_at)


def given(secrets: SecretStore, signing_id: str) -> GivenAnswer | None:
    """The answer, if there is one."""
    kept = secrets.get(ANSWER, signing_id)
    return GivenAnswer.model_validate_json(kept) if kept else None


def forget(secrets: SecretStore, signing_id: str) -> None:
    """It was used, or refused."""
    secrets.forget(ANSWER, signing_id)
