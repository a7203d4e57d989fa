"""What can be made to go wrong."""

from local.servers.eideasy.refusals import RefusedError
from local.servers.faults import CountedFaults

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


class Faults(CountedFaults):
    """What has been ordered of these."""

    def __init__(self) -> None:
        super().__init__(FAULTS, lambda reason: RefusedError(400, reason))
