"""The service as a whole: all that it knows and keeps."""

import secrets
from dataclasses import replace
from pathlib import Path

from local.servers.rssp.approvals import Approvals
from local.servers.rssp.callers import Caller
from local.servers.rssp.clock import Clock
from local.servers.rssp.credentials import SCAL1, Credential, Mode, catalogue
from local.servers.rssp.factors import Factors
from local.servers.rssp.faults import Faults
from local.servers.rssp.pages import Pages
from local.servers.rssp.phones import Phones
from local.servers.rssp.refusals import invalid
from local.servers.rssp.sads import Sads
from local.servers.rssp.tokens import Tokens
from local.servers.rssp.vault import Vault
from local.servers.rssp.versions import Version

QUALIFIERS = ("eu_eidas_aes", "eu_eidas_aesqc")


class Rssp:
    """One running service."""

    def __init__(self, url: str, folder: Path, pki: str) -> None:
        self.url = url
        self.clock = Clock()
        self.faults = Faults()
        self.phones = Phones(self.clock)
        self.factors = Factors(self.clock, self.phones)
        self.approvals = Approvals(self.clock, self.phones)
        self.tokens = Tokens(self.clock)
        self.sads = Sads(self.clock)
        self.vault = Vault(folder, pki)
        self.credentials = catalogue()
        self.pages = Pages()

    def base(self, version: Version) -> str:
        """The base address of a version; also its OAuth 2.0 server's, and its issuer."""
        return f"{self.url}/csc/{version.name}"

    def credential(self, credential_id: str, caller: Caller) -> Credential:
        """A credential that the caller may see; a foreign one is as unknown as one that is not there (§4.2)."""
        credential = self.credentials.get(credential_id)
        if credential is None or not caller.acts_for(credential.owner):
            raise invalid("credentialID")
        if caller.sad is not None and caller.sad.bond.credential_id != credential_id:
            raise invalid("credentialID")
        return credential

    def short_lived(self, owner: str, qualifier: str) -> Credential:
        """A new credential for one authorisation that named only a quality of signature."""
        like = self.credentials["oauth2code-scal1"]
        credential = replace(
            like,
            credential_id=f"short-lived-{secrets.token_hex(6)}",
            owner=owner,
            mode=Mode.OAUTH2CODE,
            scal=SCAL1,
            qualifier=qualifier,
        )
        self.credentials[credential.credential_id] = credential
        return credential

    def reset(self) -> None:
        """As after the start, except for keys, certificates and registered addresses."""
        for part in (self.clock, self.faults, self.phones, self.factors, self.approvals, self.tokens, self.sads):
            part.reset()
        self.credentials = catalogue()
