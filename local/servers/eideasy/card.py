"""The signatory's card in its reader: it gives its certificate, and signs without asking for a PIN."""

import asyncio
import base64

from local.servers.eideasy import cades
from local.servers.eideasy.methods import CARD, METHODS
from local.servers.eideasy.signatories import Credential, Registry, Signatory


class CardReader:
    """Holds the card of whoever signs at this moment."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def certificate(self, signatory: Signatory) -> str:
        """Base64 DER."""
        return base64.b64encode((await self._card(signatory)).chain[0]).decode()

    async def signature(self, signatory: Signatory, hex_digest: str) -> str:
        """Over a SHA-256 digest, as cards give it: hexadecimal, r and s side by side."""
        card = await self._card(signatory)
        return cades.as_card_gives(card, cades.sign(card, bytes.fromhex(hex_digest)))

    async def _card(self, signatory: Signatory) -> Credential:
        return await asyncio.to_thread(self._registry.credential, signatory, METHODS[CARD].key_kind)
