"""Keys and certificates of the credentials; made when a credential is first looked at, so that start-up is fast."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from local.servers.pki import issue
from local.servers.rssp.credentials import Credential
from local.servers.rssp.keys import PrivateKey
from local.servers.rssp.people import USERS, User


@dataclass(frozen=True)
class Holding:
    """A credential's key and its certificates, the signatory's first."""

    key: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The signatory's."""
        return self.chain[0]


class Vault:
    """All holdings; keys stay in memory, certificates are also written to the folder."""

    def __init__(self, folder: Path, pki: str) -> None:
        self._folder = folder
        self._pki = pki
        self._holdings: dict[str, Holding] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def holding(self, credential: Credential) -> Holding:
        """A credential's holding; the first call makes it, others wait for that."""
        name = credential.credential_id
        async with self._locks[name]:
            if name not in self._holdings:
                self._holdings[name] = await asyncio.to_thread(self._make, credential)
        return self._holdings[name]

    def _make(self, credential: Credential) -> Holding:
        key = credential.kind.generate()
        subject = _subject(USERS[credential.owner], credential.organization)
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        chain = issue(self._pki, request.public_bytes(Encoding.PEM).decode(), credential.profile).chain.encode()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{credential.credential_id}.pem").write_bytes(chain)
        return Holding(key, tuple(x509.load_pem_x509_certificates(chain)))


def _subject(user: User, organization: str | None) -> x509.Name:
    """A person with a national id; or a person for an organisation, without one."""
    attributes = {
        NameOID.COUNTRY_NAME: "CL",
        NameOID.COMMON_NAME: user.name,
        NameOID.GIVEN_NAME: user.given_name,
        NameOID.SURNAME: user.surname,
    }
    if organization is None:
        attributes[NameOID.SERIAL_NUMBER] = user.national_id
    else:
        attributes[NameOID.ORGANIZATION_NAME] = organization
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])
