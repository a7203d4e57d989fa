"""The signing methods: who holds the key, and how its use is authorised."""

from enum import StrEnum


class SigningMethod(StrEnum):
    """By the names of the products that made them common."""

    ADSS = "adss"  # a server-held key signs at once
    RAS = "ras"  # a server-held key that the signatory's device releases
    CSC = "csc"  # a credential at a remote signing service
    EIDEASY = "eideasy"  # a national eID, through eID Easy
