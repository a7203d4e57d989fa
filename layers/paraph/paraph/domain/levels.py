"""Levels of assurance and conformance levels, and which satisfies which."""

from enum import StrEnum


class LevelOfAssurance(StrEnum):
    """Legal weight of an electronic signature or seal (contract: SigningHub §3.1; eIDAS articles 3, 26, 36)."""

    ELECTRONIC_SIGNATURE = "ELECTRONIC_SIGNATURE"
    ELECTRONIC_SEAL = "ELECTRONIC_SEAL"
    ADVANCED_ELECTRONIC_SEAL = "ADVANCED_ELECTRONIC_SEAL"
    QUALIFIED_ELECTRONIC_SEAL = "QUALIFIED_ELECTRONIC_SEAL"
    ADVANCED_ELECTRONIC_SIGNATURE = "ADVANCED_ELECTRONIC_SIGNATURE"
    HIGH_TRUST_ADVANCED = "HIGH_TRUST_ADVANCED"
    QUALIFIED_ELECTRONIC_SIGNATURE = "QUALIFIED_ELECTRONIC_SIGNATURE"


class ConformanceLevel(StrEnum):
    """PAdES baseline level (ETSI EN 319 142-1 §6)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def rank(self) -> int:
        """Position in the order in which each level contains the ones before it."""
        return list(ConformanceLevel).index(self)

    def includes(self, other: "ConformanceLevel") -> bool:
        """Whether a signature at this level also is one at `other`."""
        return self.rank >= other.rank
