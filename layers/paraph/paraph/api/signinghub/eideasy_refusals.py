"""What the eID Easy calls refuse, or eID Easy does not answer (contract §2.6)."""

from paraph.api.signinghub.assumed import EIDEASY_ERROR_KEYS, EIDEASY_UNREACHABLE
from paraph.api.signinghub.rssp_refusals import Said, on_the_way, said_by_hub
from paraph.domain.errors import ParaphError, Unavailable


def eideasy_refusal(error: ParaphError) -> Said | None:
    """Status and body; none: the error has nothing to do with eID Easy."""
    said = next((EIDEASY_ERROR_KEYS[kind] for kind in type(error).__mro__ if kind in EIDEASY_ERROR_KEYS), None)
    if said is None and isinstance(error, Unavailable) and on_the_way(error):
        said = EIDEASY_UNREACHABLE
    return said_by_hub(*said, error) if said else None
