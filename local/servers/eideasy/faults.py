"""What can be made to go wrong, and how often it still will."""

from local.servers.eideasy.refusals import RefusedError

FAULTS = {
    "refuse": "the signatory refuses",
    "expire": "the signatory does nothing until the time is over",
    "other_digest": "the CMS signs another digest",
    "other_signer": "somebody else signs",
    "too_large": "the CMS is larger than 32 KiB",
    "not_cms": "the signed file is no CMS",
    "no_notification": "the signed notification is never sent",
    "late_notification": "it comes an hour (scaled) late",
    "repeated_notification": "it comes twice",
    "early_notification": "it comes before anything is signed, and again afterwards",
    "forged_notification": "one with another document id and a wrong bearer token comes first",
    "repeated_question": "the digest is asked for twice; two different answers fail the signing",
    "download_not_ready": "the signed file is said not to be there yet",
    "download_down": "the download answers 503",
    "no_methods": "prepare offers no method",
    "slow": "the answer takes 20 seconds",
}


class Faults:
    """Counts what has been ordered."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def order(self, what: str, times: int) -> None:
        """From now on this goes wrong so many times; none: not any more."""
        if what not in FAULTS or times < 0:
            raise RefusedError(400, f"what is one of {', '.join(FAULTS)}; times is not negative")
        self._left[what] = times

    def take(self, what: str) -> bool:
        """Whether it goes wrong this time."""
        left = self._left.get(what, 0)
        self._left[what] = max(0, left - 1)
        return left > 0

    def left(self) -> dict[str, int]:
        """What has been ordered and has not happened yet."""
        return {what: times for what, times in self._left.items() if times}
