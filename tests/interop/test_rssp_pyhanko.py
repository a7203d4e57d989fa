"""pyHanko's own CSC client, which nobody here wrote, signs PDFs with the RSSP stand-in; judges look at the results."""

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, async_sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from local.servers import rssp
from tests.documents import plain
from tests.interop.test_judges import PYHANKO, run
from tests.rssp import PIN, Api, Running, running

# What an authorisation needs besides the hashes, asked for when it is needed
Factors = Callable[[Running, Api, str], dict[str, Any]]


def nothing(_server: Running, _api: Api, _token: str) -> dict[str, Any]:
    return {}


def pin(_server: Running, _api: Api, _token: str) -> dict[str, Any]:
    return {"pin": PIN}


def pin_and_otp(server: Running, api: Api, token: str) -> dict[str, Any]:
    api.send_otp(token, "pin-otp-scal2").raise_for_status()
    return {"pin": PIN, "otp": rssp.otp_of(server.url)}


class Authorization(CSCAuthorizationManager):  # type: ignore[misc]  # pyHanko is untyped here
    """The piece that pyHanko leaves to its user: `credentials/authorize`, always bound to the hashes."""

    def __init__(self, session: aiohttp.ClientSession, info: Any, credential: Any, factors: dict[str, Any]) -> None:
        super().__init__(info, credential)
        self._session = session
        self._factors = factors

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        request = self.format_csc_auth_request(hash_b64s=hash_b64s, **self._factors)
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        async with self._session.post(url, json=request, headers=self.auth_headers) as answer:
            answer.raise_for_status()
            return self.parse_csc_auth_response(await answer.json())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running RSSP."""
    with running(tmp_path_factory.mktemp("rssp")) as server:
        yield server


@pytest.fixture(scope="module")
def root(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root certificate of the PKI behind it."""
    address = requests.get(f"{server.pki}/control", timeout=5).json()["root_certificate_url"]
    path = tmp_path_factory.mktemp("root") / "root.pem"
    path.write_bytes(requests.get(address, timeout=5).content)
    return path


def sign(server: Running, credential_id: str, factors: Factors, *, digest: str, pss: bool) -> bytes:
    """A signed document, as pyHanko makes it of what the service says and gives."""
    api = Api(server.url, "v1")
    token = api.user_token()

    async def signed() -> bytes:
        async with aiohttp.ClientSession() as session:
            info = CSCServiceSessionInfo(server.url, credential_id, oauth_token=token)
            credential = await fetch_certs_in_csc_credential(session, info)
            manager = Authorization(session, info, credential, factors(server, api, token))
            output = await async_sign_pdf(
                IncrementalPdfFileWriter(io.BytesIO(plain())),
                PdfSignatureMetadata(field_name="Signature", md_algorithm=digest, subfilter=SigSeedSubFilter.PADES),
                signer=CSCSigner(session, manager, prefer_pss=pss),
            )
            document: bytes = output.getvalue()
            return document

    return asyncio.run(signed())


@pytest.mark.parametrize(
    ("credential_id", "factors", "digest", "mechanism"),
    [
        ("implicit-scal1", nothing, "sha256", "sha256_rsa"),
        ("implicit-scal2", nothing, "sha256", "sha256_rsa"),
        ("implicit-scal2", nothing, "sha512", "sha512_rsa"),
        ("pin-scal1", pin, "sha256", "sha256_rsa"),
        ("pin-scal2", pin, "sha256", "sha256_rsa"),
        ("pin-otp-scal2", pin_and_otp, "sha256", "sha256_rsa"),
        ("pss-scal1", nothing, "sha256", "rsassa_pss"),
        ("pss-scal2", nothing, "sha384", "rsassa_pss"),
        ("p256-scal1", nothing, "sha256", "sha256_ecdsa"),
        ("p256-scal2", nothing, "sha256", "sha256_ecdsa"),
        ("p384-scal2", nothing, "sha384", "sha384_ecdsa"),
        ("p521-scal2", nothing, "sha512", "sha512_ecdsa"),
    ],
)
def test_judges_accept_what_pyhanko_signs_with_the_service(
    server: Running, root: Path, tmp_path: Path, credential_id: str, factors: Factors, digest: str, mechanism: str
) -> None:
    document = sign(server, credential_id, factors, digest=digest, pss=mechanism == "rsassa_pss")
    anchors = list(load_certs_from_pemder_data(root.read_bytes()))
    signature = PdfFileReader(io.BytesIO(document)).embedded_signatures[0]
    assert signature.signer_info["signature_algorithm"]["algorithm"].native == mechanism
    context = ValidationContext(
        trust_roots=anchors,
        allow_fetching=True,
        fetcher_backend=RequestsFetcherBackend(),
        revocation_mode="hard-fail",
    )
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    assert status.bottom_line
    path = tmp_path / "signed.pdf"
    path.write_bytes(document)
    verdict = run("pdfsig", "-nocert", path)
    assert "Signature Validation: Signature is Valid." in verdict.stdout, verdict.stdout + verdict.stderr
    assert "Total document signed" in verdict.stdout
    judged = run(PYHANKO, "sign", "validate", "--pretty-print", "--trust", root, "--trust-replace", path)
    assert "The signature is judged VALID." in judged.stdout, judged.stdout + judged.stderr


def test_the_signer_is_who_the_credential_says(server: Running) -> None:
    document = sign(server, "implicit-scal1", nothing, digest="sha256", pss=False)
    subject = PdfFileReader(io.BytesIO(document)).embedded_signatures[0].signer_cert.subject.native
    assert (subject["common_name"], subject["serial_number"]) == ("Jane Roe", "12345678-5")


def test_a_batch_is_authorised_and_signed_at_once(server: Running) -> None:
    api = Api(server.url, "v1")
    token = api.user_token()
    before = server.log.read_text().count("signatures/signHash: 200")

    async def values() -> list[bytes]:
        async with aiohttp.ClientSession() as session:
            info = CSCServiceSessionInfo(server.url, "implicit-scal2", oauth_token=token)
            credential = await fetch_certs_in_csc_credential(session, info)
            signer = CSCSigner(session, Authorization(session, info, credential, {}), batch_size=3)
            return list(await asyncio.gather(*(signer.async_sign_raw(name, "sha256") for name in (b"a", b"b", b"c"))))

    assert len(set(asyncio.run(values()))) == 3
    assert server.log.read_text().count("signatures/signHash: 200") == before + 1


@pytest.mark.parametrize(
    ("credential_id", "digest", "pss"), [("revoked", "sha256", False), ("p384-scal2", "sha256", False)]
)
def test_pyhanko_is_refused_what_the_service_does_not_give(
    server: Running, credential_id: str, digest: str, pss: bool
) -> None:
    with pytest.raises(SigningError):
        sign(server, credential_id, nothing, digest=digest, pss=pss)
