"""The two versions of the API side by side: only names and texts differ here, never rules."""

from dataclasses import dataclass

from local.servers.rssp.refusals import GENERIC


@dataclass(frozen=True)
class Version:
    """One version: where it is served and how it names what both have."""

    name: str
    specs: str
    hashes: str
    hash_algorithm: str
    malformed_header: str
    credential_token_type: str

    @property
    def is_v2(self) -> bool:
        """Whether this is version 2, which has proof keys, pushed requests and pending authorisations."""
        return self.name == "v2"


V1 = Version("v1", "1.0.4.0", "hash", "hashAlgo", GENERIC, "SAD")
V2 = Version("v2", "2.0.0.2", "hashes", "hashAlgorithmOID", "Malformed authorization header.", "Bearer")

VERSIONS = {version.name: version for version in (V1, V2)}
