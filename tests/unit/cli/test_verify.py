"""`paraph verify`."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from cli.verification import LocalFile, trust_anchors
from paraph.domain.errors import NotAPdf
from paraph.domain.levels import ConformanceLevel
from paraph.domain.verification import Coverage, DocumentVerification, Indication, SignatureVerification
from tests.unit.cli.conftest import document

Paraph = Callable[..., Result]
AT = datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
DER = b"\x30\x03\x02\x01\x05"
PEM = "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n"


def signature(indication: Indication = Indication.TOTAL_PASSED, **facts: Any) -> SignatureVerification:
    return SignatureVerification(
        **{
            "field_name": "Signature",
            "indication": indication,
            "conformance_level": ConformanceLevel.B_LTA,
            "coverage": Coverage.ENTIRE_FILE,
            "signer": "Ada",
            "subject_dn": "CN=Ada",
            "issuer_dn": "CN=CA",
            "certificate_sha256": "00",
            "claimed_signing_at": AT,
            "digest_algorithm": "sha256",
            "signature_algorithm": "ecdsa",
            "document_digest": "00",
            **facts,
        }
    )


class Engine:
    """Finds what the test says."""

    found: tuple[SignatureVerification, ...] | Exception = ()
    anchors: tuple[bytes, ...] = ()

    def __init__(self, transport: object) -> None:
        assert transport is None

    def verify(self, source: LocalFile, anchors: list[bytes]) -> DocumentVerification:
        Engine.anchors = tuple(anchors)
        if isinstance(Engine.found, Exception):
            raise Engine.found
        return DocumentVerification(document_sha256="ab", size=source.size, verified_at=AT, signatures=Engine.found)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> type[Engine]:
    monkeypatch.setattr("paraph.pdf.engine.PyHankoEngine", Engine)
    return Engine


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, str, Path]:
    pdf, root = tmp_path / "lease.pdf", tmp_path / "root.pem"
    pdf.write_bytes(b"%PDF-1.7")
    root.write_text(PEM)
    return pdf, "--trust", root


def test_a_file_whose_signatures_pass_passes(engine: type[Engine], paraph: Paraph, files: tuple[object, ...]) -> None:
    engine.found = (signature(), signature(field_name="Second", timestamp_at=AT))
    result = paraph("verify", *files)
    assert result.exit_code == 0, result.output
    assert "Every signature passes." in result.stdout
    for shown in ("Signature", "TOTAL_PASSED", "B-LTA", "Ada", "2026-03-01 10:15:00Z (claimed)", "entire file"):
        assert shown in result.stdout
    assert engine.anchors == (DER,)


@pytest.mark.parametrize("indication", [i for i in Indication if i is not Indication.TOTAL_PASSED])
def test_one_signature_that_does_not_pass_is_enough(
    engine: type[Engine], paraph: Paraph, files: tuple[object, ...], indication: Indication
) -> None:
    engine.found = (signature(), signature(indication, sub_indication="HASH_FAILURE", reason="the digest differs"))
    result = paraph("verify", *files)
    assert result.exit_code == 1
    assert "HASH_FAILURE" in result.stdout
    assert "Signature: the digest differs" in result.stdout
    assert document(paraph("verify", *files, "--json"))["passed"] is False


def test_a_file_without_signatures_does_not_pass(
    engine: type[Engine], paraph: Paraph, files: tuple[object, ...]
) -> None:
    engine.found = ()
    result = paraph("verify", *files)
    assert result.exit_code == 1
    assert "There is no signature in this file." in result.stdout


def test_machines_get_the_whole_verification(engine: type[Engine], paraph: Paraph, files: tuple[object, ...]) -> None:
    engine.found = (signature(),)
    told = document(paraph("verify", *files, "--json"))
    assert (told["passed"], told["signatures"][0]["indication"]) == (True, "TOTAL_PASSED")


def test_names_in_a_file_cannot_steer_the_terminal(
    engine: type[Engine], paraph: Paraph, files: tuple[object, ...]
) -> None:
    evil = "\x1b[2J\x9b2J\u202e[red]"
    engine.found = (signature(Indication.INDETERMINATE, field_name=evil, signer=evil, reason=evil),)
    shown = paraph("verify", *files).output + paraph("verify", *files, "--json").output
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)


def test_what_is_no_pdf_is_explained(engine: type[Engine], paraph: Paraph, files: tuple[object, ...]) -> None:
    engine.found = NotAPdf("there is no PDF header")
    result = paraph("verify", *files)
    assert result.exit_code == 2
    assert "there is no PDF header (NotAPdf)" in result.stderr


def test_roots_are_pem_one_or_many_or_der(tmp_path: Path) -> None:
    one, many, der, none = (tmp_path / name for name in ("one", "many", "der", "none"))
    one.write_text(PEM.replace("\n", "\r\n"))
    many.write_text("A root:\n" + PEM + PEM)
    der.write_bytes(DER)
    none.write_text("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----")
    assert trust_anchors([one, many, der]) == [DER] * 4
    with pytest.raises(Exception, match="holds no certificate"):
        trust_anchors([none])


def test_a_root_is_needed(paraph: Paraph, files: tuple[object, ...]) -> None:
    assert paraph("verify", files[0]).exit_code == 2


@given(content=st.binary(max_size=100), start=st.integers(0, 120), end=st.none() | st.integers(0, 120))
def test_a_local_file_is_a_byte_source(content: bytes, start: int, end: int | None) -> None:
    source = LocalFile(BytesIO(content))
    assert source.size == len(content)
    assert source.read_at(start, 7) == content[start : start + 7]
    assert b"".join(source.stream(start, end)) == content[start : len(content) if end is None else end]
