"""The PKI itself: a certomancer architecture, rebuilt from its configuration whenever that changes."""

import datetime as dt
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import certomancer.default_plugins  # noqa: F401 (registers the extensions that the configuration names)
from asn1crypto import ocsp, pem, tsp
from asn1crypto.crl import CRLReason
from certomancer.config_utils import SearchDir
from certomancer.registry import ArchLabel, CertLabel, KeyLabel, PKIArchitecture, ServiceLabel
from certomancer.registry.keys import KeySets
from certomancer.services import CRLBuilder, choose_signed_digest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

ARCHITECTURE = "paraph"
AUTHORITIES = ("root", "issuing")
TIMESTAMPING = ("tsa-one", "tsa-two")
CRL_VALIDITY = dt.timedelta(days=1)

ATTRIBUTES = {
    NameOID.COMMON_NAME: "common_name",
    NameOID.GIVEN_NAME: "given_name",
    NameOID.SURNAME: "surname",
    NameOID.SERIAL_NUMBER: "serial_number",
    NameOID.ORGANIZATION_NAME: "organization_name",
    NameOID.ORGANIZATION_IDENTIFIER: "organization_identifier",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "organizational_unit_name",
    NameOID.COUNTRY_NAME: "country_name",
    NameOID.EMAIL_ADDRESS: "email_address",
}

# What each profile adds to a certificate under the issuing CA; validity in days from now
PROFILES: dict[str, dict[str, Any]] = {
    "natural-person": {"validity": (-1, 365)},
    "seal": {"validity": (-1, 365)},
    "expired": {"validity": (-365, -1)},
    "revoked": {"validity": (-1, 365), "revoked": True},
}


class RequestRefusedError(Exception):
    """A request that the authority does not grant, with the reason."""


class Authority:
    """A root, an issuing CA, their revocation services and two timestamping authorities."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._keys: dict[str, dict[str, Any]] = {}
        self._certificates: dict[CertLabel, Any] = {}
        shutil.rmtree(folder / "keys", ignore_errors=True)
        for name in (*AUTHORITIES, "ocsp", *TIMESTAMPING):
            self._store_key(name, rsa.generate_private_key(65537, 2048) if name == "tsa-one" else _new_ec_key())
        self._configuration = _configuration()
        self._architecture = self._build()
        self.root_certificate = folder / "root.pem"
        self.root_certificate.write_bytes(self.certificate("root", as_pem=True))

    def issue(self, csr_pem: str, profile: str) -> tuple[int, str, str]:
        """Grant a certificate request: serial number, certificate and chain (PEM)."""
        if profile not in PROFILES:
            raise RequestRefusedError(f"There is no profile named {profile}: choose one of {', '.join(PROFILES)}")
        try:
            request = x509.load_pem_x509_csr(csr_pem.encode())
        except ValueError as error:
            raise RequestRefusedError("The request is no certificate request (PKCS #10) in PEM") from error
        if not request.is_signature_valid:
            raise RequestRefusedError("The signature of the certificate request is wrong")
        serial = secrets.randbits(120) | 1 << 119
        label = f"issued-{serial}"
        self._store_public_key(
            label, request.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        self._configuration["entities"][label] = _name(request.subject)
        self._configuration["certs"][label] = _end_entity(label, serial, PROFILES[profile]["validity"])
        if PROFILES[profile].get("revoked"):
            self._mark_revoked(label, "key_compromise")
        self._architecture = self._build()
        certificate = self.certificate(label, as_pem=True).decode()
        chain = [certificate, *(self.certificate(name, as_pem=True).decode() for name in ("issuing", "root"))]
        return serial, certificate, "".join(chain)

    def revoke(self, serial: int, reason: str) -> None:
        """Revoke an issued certificate from now on."""
        label = f"issued-{serial}"
        if label not in self._configuration["certs"]:
            raise RequestRefusedError(f"No certificate with the serial number {serial} was issued here")
        if reason not in CRLReason._map.values():
            raise RequestRefusedError(
                f"{reason} is no reason of RFC 5280: choose one of {', '.join(CRLReason._map.values())}"
            )
        self._mark_revoked(label, reason)
        self._architecture = self._build()

    def issued(self) -> list[dict[str, str]]:
        """Every certificate that was granted, oldest first, and why it is revoked (empty: it is not)."""
        return [
            {
                "serial": label.removeprefix("issued-"),
                "name": self._configuration["entities"][label].get("common_name", ""),
                "valid_to": entry["validity"]["valid-to"],
                "revoked": entry.get("revocation", {}).get("reason", ""),
            }
            for label, entry in self._configuration["certs"].items()
            if label.startswith("issued-")
        ]

    def certificate(self, label: str, *, as_pem: bool = False) -> bytes:
        """A certificate in DER or PEM; certomancer's error when there is none of this name."""
        der: bytes = self._architecture.get_cert(CertLabel(label)).dump()
        return pem.armor("CERTIFICATE", der) if as_pem else der

    def ocsp_response(self, responder: str, request: bytes) -> bytes:
        """Answer an OCSP request (RFC 6960)."""
        services = self._architecture.service_registry
        answer = services.summon_responder(ServiceLabel(responder), _now())
        response: bytes = answer.build_ocsp_response(ocsp.OCSPRequest.load(request)).dump()
        return response

    def timestamp(self, name: str, request: bytes) -> bytes:
        """Answer a timestamp request (RFC 3161)."""
        timestamper = self._architecture.service_registry.summon_timestamper(ServiceLabel(name))
        response: bytes = timestamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return response

    def crl(self, issuer: str) -> bytes:
        """The revocation list of an issuer as of now; certomancer's own would lag behind by its schedule."""
        pki, now = self._architecture, _now()
        repository = pki.service_registry.get_crl_repo_info(ServiceLabel(issuer))
        key = pki.key_set.get_asym_key(KeyLabel(issuer))
        builder = CRLBuilder(
            issuer_name=pki.entities[repository.for_issuer],
            issuer_key=key.private,
            signature_algo=choose_signed_digest("sha256", key.public),
            authority_key_identifier=pki.get_cert(CertLabel(issuer)).key_identifier_value,
        )
        crl: bytes = builder.build_crl(
            crl_number=int(now.timestamp()),
            this_update=now,
            next_update=now + CRL_VALIDITY,
            revoked_certs=pki.get_revoked_certs_at_time(now, repository),
            distpoint=repository.format_idp(pki.entities),
        ).dump()
        return crl

    def _mark_revoked(self, label: str, reason: str) -> None:
        self._configuration["certs"][label]["revocation"] = {"revoked-since": _now().isoformat(), "reason": reason}

    def _build(self) -> PKIArchitecture:
        keys = KeySets({ARCHITECTURE: {"keys": self._keys}}, SearchDir(str(self._folder)), lazy_load_keys=True)
        return PKIArchitecture.build_architecture(
            ArchLabel(ARCHITECTURE), self._configuration, keys, self._url, cert_cache=self._certificates
        )

    def _store_key(self, name: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
        file = self._folder / "keys" / f"{name}.pem"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._keys[name] = {"path": f"keys/{name}.pem"}

    def _store_public_key(self, name: str, key: bytes) -> None:
        (self._folder / "keys" / f"{name}.pem").write_bytes(key)
        self._keys[name] = {"path": f"keys/{name}.pem", "public-only": True}


def _configuration() -> dict[str, Any]:
    names = {"root": "Root CA", "issuing": "Issuing CA", "ocsp": "OCSP Responder"}
    names |= {name: f"Timestamping Authority {name.removeprefix('tsa-').title()}" for name in TIMESTAMPING}
    timestamping = [
        _extension("key_usage", "key-usage", ["digital_signature"], critical=True),
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
    ]
    organization = {"country-name": "BE", "organization-name": "Paraph stand-in PKI"}
    return {
        "entities": {label: {**organization, "common-name": f"Stand-in {name}"} for label, name in names.items()},
        "certs": {
            "root": {
                "issuer": "root",
                "serial": secrets.randbits(64),
                "validity": _validity((-2, 3650)),
                "profiles": ["simple-ca"],
            },
            "issuing": {
                "issuer": "root",
                "serial": secrets.randbits(64),
                "validity": _validity((-2, 1825)),
                "profiles": [
                    {"id": "simple-ca", "params": {"max-path-len": 0, "crl-repo": "issuing", "ocsp-service": "issuing"}}
                ],
                # Said here, not in the root's profile: that would make the root point to its own list
                "extensions": [_extension("crl_distribution_points", "crl-dist-url", {"crl-repo-names": ["root"]})],
            },
            "ocsp": {
                "issuer": "issuing",
                "serial": secrets.randbits(64),
                "validity": _validity((-1, 365)),
                "profiles": ["ocsp-responder"],
            },
            **{
                name: {
                    "issuer": "issuing",
                    "serial": secrets.randbits(64),
                    "validity": _validity((-1, 1095)),
                    "extensions": [*timestamping, _addresses()],
                }
                for name in TIMESTAMPING
            },
        },
        "services": {
            "ocsp": {"issuing": {"for-issuer": "issuing", "responder-cert": "ocsp", "signing-key": "ocsp"}},
            "crl-repo": {
                name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "P1D"}
                for name in AUTHORITIES
            },
            "cert-repo": {name: {"for-issuer": name} for name in AUTHORITIES},
            "time-stamping": {
                name: {"signing-key": name, "signing-cert": name, "certs-to-embed": ["issuing", "root"]}
                for name in TIMESTAMPING
            },
        },
    }


def _end_entity(label: str, serial: int, validity: tuple[int, int]) -> dict[str, Any]:
    usage = ["digital_signature", "non_repudiation"]
    return {
        "issuer": "issuing",
        "subject": label,
        "serial": serial,
        "validity": _validity(validity),
        "extensions": [_extension("key_usage", "key-usage", usage, critical=True), _addresses()],
    }


def _addresses() -> dict[str, Any]:
    parameters = {"ocsp-responder-names": ["issuing"], "ca-issuer-links": [{"repo": "issuing"}]}
    return _extension("authority_information_access", "aia-urls", parameters)


def _extension(name: str, schema: str, parameters: Any, *, critical: bool = False) -> dict[str, Any]:
    return {"id": name, "critical": critical, "smart-value": {"schema": schema, "params": parameters}}


def _validity(days: tuple[int, int]) -> dict[str, str]:
    start, end = (_now() + dt.timedelta(days=number) for number in days)
    return {"valid-from": start.isoformat(), "valid-to": end.isoformat()}


def _name(subject: x509.Name) -> Mapping[str, str]:
    unknown = [attribute.rfc4514_string() for attribute in subject if attribute.oid not in ATTRIBUTES]
    if unknown:
        raise RequestRefusedError(f"The name holds attributes that certificates here cannot: {', '.join(unknown)}")
    return {ATTRIBUTES[attribute.oid]: str(attribute.value) for attribute in subject}


def _new_ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _now() -> dt.datetime:
    # Whole seconds: RFC 5280 and RFC 6960 allow no fractions
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
