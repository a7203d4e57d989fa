"""The two hubs."""

from enum import StrEnum


class HubName(StrEnum):
    """Where documents are kept and signatures are made."""

    EMBEDDED = "embedded"
    SIGNINGHUB = "signinghub"
