"""What the stacks of these tests are configured with: two owners, every kind of key, and keys with every flaw."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from cryptography import x509

from local import services
from local.environment import environment
from local.servers import pki
from paraph.aws.keys import KmsKeyService
from paraph.domain.configuration import AnyCapacity, Capacity, Configuration, ConfigureReport, SigningServer
from paraph.domain.pem import split
from paraph.hub.configuring import Configure
from paraph.servers.csr import certificate_request
from paraph.servers.key import KeyServer
from tests.integration.deployment import Deployment, Json

ADVANCED = "ADVANCED_ELECTRONIC_SIGNATURE"
SEAL = "ADVANCED_ELECTRONIC_SEAL"
TRUSTED = "HIGH_TRUST_ADVANCED"
BIRCH, CEDAR = "documents@birch.example", "documents@cedar.example"
ANN, BOB, CLEO = "ann.ash@birch.example", "bob.beech@birch.example", "cleo.cherry@cedar.example"
NUMBER = "+353850000001"
"""Ann's; Bob has none."""
NEW_FIELD = {"name": "Signature", "create": True}
VISIBLE_FIELD = {
    **NEW_FIELD,
    "placement": {"page": 1, "box": {"left": 60, "bottom": 300, "right": 260, "top": 360}},
    "appearance": {"text": "Signed by {signer}\n{time}", "qr_url": "https://example.com/verify"},
}

KEYS = {
    "rsa-2048": ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"),
    "rsa-3072": ("RSA_3072", "RSASSA_PKCS1_V1_5_SHA_384"),
    "rsa-4096": ("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_512"),
    "pss-2048": ("RSA_2048", "RSASSA_PSS_SHA_256"),
    "pss-3072": ("RSA_3072", "RSASSA_PSS_SHA_512"),
    "p-256": ("ECC_NIST_P256", "ECDSA_SHA_256"),
    "p-384": ("ECC_NIST_P384", "ECDSA_SHA_384"),
}
FLAWED = ("expired", "mismatched", "missing", "revoked", "revocable", "switchable")
UNTOUCHED = "untouched"
"""The key of signings that are refused: it must never be asked."""
CODED = {"length": 9, "retry_seconds": 0, "methods": ["SMS", "EMAIL"]}
"""One-time passwords of the server `phones`: a new one may be asked for at once, and no other number looks like one."""
AT_TRUST = "jane"
"""Ann's account at the remote signing service."""


def capacity(name: str, key_spec: str = "ECC_NIST_P256", algorithm: str | None = None, level: str = ADVANCED) -> Json:
    """One capacity as the YAML file has it."""
    return {
        "name": name,
        "level_of_assurance": level,
        "key_spec": key_spec,
        "signature_algorithm": algorithm,
        "subject": f"CN=Signer {name},O=Birch,C=IE",
    }


def remote(name: str, version: str, service_authorization: str, client_id: str, **more: object) -> Json:
    """One signing server at the remote signing service; where that is, the stack knows."""
    connection = {
        "url": f"https://trust.example/csc/{version}",
        "version": version,
        "service_authorization": service_authorization,
        "client_id": client_id,
        **more,
    }
    capacities = [{"name": f"at-{name}", "level_of_assurance": TRUSTED}]
    return {"name": name, "type": "csc", "rssp": connection, "capacities": capacities}


def remote_profile(name: str, signing_server: str, credential_id: str) -> Json:
    """One profile that signs with a credential there."""
    capacity_name = f"at-{signing_server}"
    at_service = {"signing_server": signing_server, "credential_id": credential_id, "level_of_assurance": TRUSTED}
    return profile(name, capacity_name, **at_service)


def profile(name: str, signing_capacity: str, conformance_level: str = "B-B", **more: object) -> Json:
    """One profile as the YAML file has it."""
    return {
        "name": name,
        "owner": "birch",
        "signatory": "ann",
        "signing_server": "keys",
        "signing_capacity": signing_capacity,
        "level_of_assurance": ADVANCED,
        "conformance_level": conformance_level,
        "field": NEW_FIELD,
        **more,
    }


def _owner(deployment: Deployment, name: str, title: str) -> Json:
    email = f"documents@{name}.example"
    return {"id": name, "name": title, "email": email, "principals": [deployment.user_arn(name)]}


def configuration(deployment: Deployment) -> Configuration:
    """The whole configuration, before certificates."""
    state = deployment.stack.state
    servers = state.servers["pki"]
    capacities = [capacity(name, *kind) for name, kind in KEYS.items()]
    capacities += [capacity(name) for name in (*FLAWED, UNTOUCHED)]
    plain = Configuration.model_validate(
        {
            "operators": [deployment.user_arn("operator")],
            "trust_anchors": [Path(servers["root_certificate"]).read_text()],
            "timestamp_authorities": [
                {"name": "one", "url": servers["tsa_one_url"]},
                {"name": "two", "url": servers["tsa_two_url"]},
            ],
            "owners": [
                _owner(deployment, "birch", "Birch & Co"),
                _owner(deployment, "cedar", "Cedar Ltd"),
            ],
            "integrations": [
                {"client_id": "birch-app", "owner": "birch"},
                {"client_id": "birch-other", "owner": "birch"},
                {"client_id": "cedar-app", "owner": "cedar"},
            ],
            "signatories": [
                {
                    "id": "ann",
                    "name": "Ann Ash",
                    "email": ANN,
                    "mobile_number": NUMBER,
                    "rssp_user_id": AT_TRUST,
                    "owner": "birch",
                },
                {"id": "bob", "name": "Bob Beech", "email": BOB, "owner": "birch"},
                {"id": "cleo", "name": "Cleo Cherry", "email": CLEO, "owner": "cedar"},
            ],
            "signing_servers": [
                {"name": "keys", "capacities": capacities},
                {"name": "phones", "otp": CODED, "capacities": [capacity("coded", level=TRUSTED)]},
                {"name": "devices", "type": "device", "capacities": [capacity("released")]},
                remote("trust", "v1", "client_credentials", "paraph-service"),
                remote("trust-login", "v2", "authorization_code", "paraph-web"),
                remote("trust-account", "v1", "client_credentials", "paraph-restricted", authorization_required=True),
                {"name": "seals", "capacities": [capacity("seal", level=SEAL)]},
            ],
            "evidence": {"signing_server": "seals", "signing_capacity": "seal"},
            "profiles": [
                profile("plain", "p-256"),
                profile("stamped", "p-256", "B-T"),
                profile("forms", "p-256", field={"name": "Signature"}),
                profile("prefilled", "p-256", form_values={"name": "Ann Ash", "channel": "e-mail"}),
                profile("archive", "rsa-3072", "B-LTA"),
                profile("refused", UNTOUCHED),
                profile("refused-forms", UNTOUCHED, field={"name": "Signature"}),
                *(profile(name, name) for name in FLAWED),
                profile("by-code", "coded", signing_server="phones", level_of_assurance=TRUSTED),
                profile("by-device", "released", signing_server="devices"),
                remote_profile("by-pin", "trust", "pin-scal2"),
                remote_profile("by-pin-and-code", "trust", "pin-otp-scal1"),
                remote_profile("by-login", "trust-login", "oauth2code-scal2"),
                remote_profile("by-account", "trust-account", "oauth2code-scal2"),
                profile("foreign", "p-384", owner="cedar", signatory="cleo"),
            ],
        }
    )
    return services.played(plain, state)


@dataclass(frozen=True)
class Certified:
    """What is known of the configured keys."""

    keys: Mapping[str, str]
    """KMS key ARNs by the names of capacities."""
    serials: Mapping[str, str]
    """Serial numbers of the certificates, as the PKI's control takes them."""


def configure(deployment: Deployment, plain: Configuration) -> Certified:
    """Configure keys first, then their certificates; the flawed ones get the flaw that they are named after."""
    report = _carry_out(deployment, plain)
    requests = {c.signing_capacity: c.csr_pem for c in report.capacities}
    chains: dict[str, tuple[str, ...]] = {}
    for name, csr in requests.items():
        kind = name if name in ("expired", "revoked") else "natural-person"
        chains[name] = split(pki.issue(deployment.pki_url, csr, kind).chain)
    serials = {n: str(x509.load_pem_x509_certificate(c[0].encode()).serial_number) for n, c in chains.items()}
    if "mismatched" in chains:
        chains["mismatched"] = chains["p-256"]
        chains["missing"] = ()

    def certified(one: AnyCapacity) -> AnyCapacity:
        if not isinstance(one, Capacity):
            return one
        return one.model_copy(update={"certificate_chain": chains[one.name]})

    def server_certified(server: SigningServer) -> SigningServer:
        return server.model_copy(update={"capacities": tuple(certified(c) for c in server.capacities)})

    servers = tuple(server_certified(s) for s in plain.signing_servers)
    _carry_out(deployment, plain.model_copy(update={"signing_servers": servers}))
    _introduce(deployment, plain)
    return Certified({c.signing_capacity: c.key_id for c in report.capacities}, serials)


def _introduce(deployment: Deployment, plain: Configuration) -> None:
    """The remote signing service learns where browsers come from, and the stack its secrets."""
    state = deployment.stack.state
    with patch.dict(os.environ, environment(state, deployment.outputs, deployment.name)):
        services.introduce(plain, state, deployment.outputs["SignatoryPageUrl"])


def _carry_out(deployment: Deployment, wanted: Configuration) -> ConfigureReport:
    kms = deployment.client("kms")
    keys = KmsKeyService(kms, kms, deployment.name)
    use_case = Configure(
        deployment.hub_store, deployment.party_secrets, keys, KeyServer(keys), certificate_request, deployment.clock
    )
    return use_case(wanted)
