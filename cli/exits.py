"""How commands end: the exit codes, stable across releases."""

from enum import IntEnum


class Exit(IntEnum):
    """What an exit code means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_ALLOWED = 4
    UNAVAILABLE = 5
    CONFLICT = 6

    @property
    def meaning(self) -> str:
        """For people."""
        return MEANINGS[self]

    @classmethod
    def of_status(cls, status: int) -> "Exit":
        """The exit code for an HTTP status that is not 2xx."""
        if status >= 500 or status == 429:
            return cls.UNAVAILABLE
        return {401: cls.NOT_ALLOWED, 403: cls.NOT_ALLOWED, 404: cls.NOT_FOUND, 409: cls.CONFLICT}.get(
            status, cls.USAGE
        )


MEANINGS = {
    Exit.OK: "done",
    Exit.FAILED: "the signing ended without a signature, or the verification did not pass",
    Exit.USAGE: "the command or what it was given cannot be accepted",
    Exit.NOT_FOUND: "there is no such thing, or it belongs to somebody else",
    Exit.NOT_ALLOWED: "the credentials are missing, or may not do this",
    Exit.UNAVAILABLE: "no (good) answer from the service, or not in time; the same command may work later",
    Exit.CONFLICT: "the thing is not in a state that allows this",
}


def table() -> str:
    """The codes, one a line, for help texts."""
    return "\n\n".join(f"{code.value}  {code.meaning}" for code in Exit)
