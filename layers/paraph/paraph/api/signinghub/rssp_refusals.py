"""What a remote signing service refuses, or does not answer, as the RSSP calls say it (contract §10.2)."""

from paraph.api.signinghub.assumed import RSSP_ERROR_KEYS, RSSP_ERRORS, RSSP_UNREACHABLE
from paraph.domain.errors import AuthenticationFailed, ParaphError, RsspRefused, Unavailable

Said = tuple[int, dict[str, str]]

OWN_STATUSES = (400, 401, 403)
"""Those of the service that are passed on; any other refusal of its is 400."""

_UNKNOWN_WORD = "invalid_request"


def rssp_refusal(error: ParaphError) -> Said | None:
    """Status and body; none: the error has nothing to do with a remote signing service."""
    kinds = [kind for kind in type(error).__mro__ if issubclass(kind, ParaphError)]
    if said := next((RSSP_ERRORS[kind] for kind in kinds if kind in RSSP_ERRORS), None):
        return _of_service(*said, error)
    if said := next((RSSP_ERROR_KEYS[kind] for kind in kinds if kind in RSSP_ERROR_KEYS), None):
        return said_by_hub(*said, error)
    if isinstance(error, Unavailable) and on_the_way(error):
        return said_by_hub(*RSSP_UNREACHABLE, error)
    if isinstance(error, RsspRefused) or (isinstance(error, AuthenticationFailed) and on_the_way(error)):
        return _of_service(*_own_words(error), error)
    return None


def _own_words(error: ParaphError) -> tuple[int, str]:
    status, word = error.details.get("status"), error.details.get("error")
    passed_on = status if isinstance(status, int) and status in OWN_STATUSES else OWN_STATUSES[0]
    return passed_on, word if isinstance(word, str) and word != "other" else _UNKNOWN_WORD


def on_the_way(error: ParaphError) -> bool:
    """Whether it came over the network: then it names the call, or at least the host."""
    return bool({"call", "host"} & set(error.details))


def _of_service(status: int, word: str, error: ParaphError) -> Said:
    return status, {"error": word, "error_description": error.message}


def said_by_hub(status: int, key: str, error: ParaphError) -> Said:
    """As everywhere (contract §2.6)."""
    return status, {"Error": key, "Message": error.message}
