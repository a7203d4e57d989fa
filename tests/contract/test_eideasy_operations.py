"""`EidEasyOperations`, on the embedded hub and on the client of SigningHub, which speaks HTTP to our API over that hub.

Either way the other end is the eID Easy stand-in on a socket, and documents are real ones (contract: SigningHub §15, 10).
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from local import processes
from local.servers import eideasy as stand_in
from paraph.api.signinghub.app import hub_api_app
from paraph.domain.configuration import Configuration, Owner, Signatory, SigningHubInstallation, SigningServer
from paraph.domain.documents import SignatureField
from paraph.domain.errors import (
    DocumentLocked,
    EidEasyRefused,
    NoSigningMethod,
    OnBehalfTokenCannotSign,
    OutcomeUnknown,
    ParaphError,
    PlaceholderTooSmall,
    SignatureInvalid,
    SignedByAnother,
    SigningImpossible,
    Unavailable,
    UnknownSigningServer,
    UnknownTransaction,
)
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.signature import SignatureStatus
from paraph.http import GuardedTransport
from paraph.pdf.engine import PyHankoEngine
from paraph.ports.eideasy import EidEasy
from paraph.ports.eideasy_operations import EidEasyOperations, EidEasyPrepared
from paraph.ports.hub import Hub, NewRecipient, SignatureWish, SignedDocument
from paraph.servers.eideasy.client import EidEasyClient
from paraph.signinghub.client import signing_hub
from tests.documents import with_fields
from tests.eideasy import pki_url, url
from tests.fakes import MemoryDocuments, MemoryHubStore, MemoryPartySecrets
from tests.served import served
from tests.world import CONFIGURATION, World

__all__ = ["pki_url", "url"]

QES = (LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE,)
MARI = "39912310172"
METHODS = ("smart-id-signature", "mid-signature", "id-signature", "itsme-qes-signature")
REDIRECT = "https://sign.example/return?state=1"
AHEAD = timedelta(seconds=5)
"""Our clock stands still; certificates that are issued meanwhile shall be valid on it."""
UNKNOWN = "unknown"


def configuration(url: str, pki: str, unreachable: str) -> Configuration:
    """The world's, with eID Easy, well and badly connected; there, Jane is Mari."""
    servers = [_configured("eid", url), _configured("stranger", url), _configured("silent", unreachable)]
    root = requests.get(requests.get(f"{pki}/control", timeout=5).json()["root_certificate_url"], timeout=5).text
    world: dict[str, Any] = dict(CONFIGURATION)
    jane, *others = world["signatories"]
    changes = {
        "trust_anchors": [root],
        "owners": [{**o, "email": f"office@{o['id']}.example"} for o in world["owners"]],
        "signatories": [{**jane, "national_id": MARI}, *others],
        "signing_servers": [*world["signing_servers"], *servers],
        "integrations": [{"client_id": "app", "owner": "acme"}],
    }
    return Configuration.model_validate({**world, **changes})


def _configured(name: str, url: str) -> dict[str, Any]:
    capacity = {"name": "qes", "level_of_assurance": QES[0], "conformance_level": "B-T"}
    client_id = "client" if url.endswith(UNKNOWN) else stand_in.access(url)[0]
    connection = {"client_id": client_id, "url": url}
    return {"name": name, "type": "eideasy", "capacities": [capacity], "eideasy": connection}
