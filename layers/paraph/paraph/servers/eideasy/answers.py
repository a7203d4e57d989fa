"""What eID Easy's answers hold, as far as it is read; all else is ignored (contract: eID Easy §1.3, §1.7)."""

import base64
import re
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from paraph.domain.eideasy import ACTION_TYPE, DocId, EidEasyDocument, EidEasySigner, OfferedMethod, SignedCms
from paraph.domain.errors import NoSigningMethod
from paraph.servers.eideasy.rest import not_understood

MAX_ITEMS = 100  # certificates, OCSP answers or CRLs of one signature


def _decoded(value: object) -> bytes:
    if not isinstance(value, str):
        raise ValueError("not base64")  # noqa: TRY004 - pydantic takes it for a malformed value
    return base64.b64decode("".join(value.split()), validate=True)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _instant(value: object) -> datetime | None:
    """An ISO 8601 instant with its zone; of any other form, none (its form is not documented)."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


Der = Annotated[bytes, BeforeValidator(_decoded)]
Ders = Annotated[tuple[Der, ...], BeforeValidator(lambda value: value or ()), Field(max_length=MAX_ITEMS)]
Text = Annotated[str | None, BeforeValidator(_text)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _MethodConfig(_Answer):
    action_type: str
    supported_countries: Annotated[tuple[str, ...], BeforeValidator(lambda v: v if isinstance(v, list) else ())] = ()


class _Prepared(_Answer):
    doc_id: DocId
    available_methods: tuple[str, ...] | None = None
    method_configs: tuple[_MethodConfig, ...] = ()
    expires_at: Annotated[datetime | None, BeforeValidator(_instant)] = None


class _DssData(_Answer):
    certificates: Ders = ()
    ocsps: Ders = ()
    crls: Ders = ()


class _File(_Answer):
    contents: Der


class _Downloaded(_Answer):
    signed_file_contents: Der | None = None
    signed_files: tuple[_File, ...] = ()
    pades_dss_data: _DssData | None = None
    signer_firstname: Text = None
    signer_lastname: Text = None
    signer_idcode: Text = None
    signer_country: Text = None
    signing_method: Text = Field(default=None, validation_alias=AliasChoices("signing_method", "method"))


def prepared(answer: dict[str, Any], call: str, now: datetime, lifetime_seconds: int, *, seal: bool) -> EidEasyDocument:
    """The document that was prepared. Raises NoSigningMethod, Unavailable."""
    try:
        found = _Prepared.model_validate(answer)
    except ValidationError:
        raise not_understood(call) from None
    methods = _methods(found)
    if found.available_methods is None and not seal:
        raise not_understood(call)
    if not methods and not seal:
        raise NoSigningMethod("eID Easy offers no method for this document.")
    expires_at = found.expires_at or now + timedelta(seconds=lifetime_seconds)
    return EidEasyDocument(doc_id=found.doc_id, methods=methods, expires_at=expires_at)


def _methods(found: _Prepared) -> tuple[OfferedMethod, ...]:
    """Those whose names are ones; the widget ignores any other as well."""
    countries = {config.action_type: config.supported_countries for config in found.method_configs}
    names = [name for name in found.available_methods or () if re.fullmatch(ACTION_TYPE, name)]
    return tuple(OfferedMethod(action_type=name, countries=countries.get(name, ())) for name in names)


def downloaded(answer: dict[str, Any], call: str) -> SignedCms:
    """The signed file, which is a CMS; nothing of it is checked. Raises Unavailable."""
    try:
        found = _Downloaded.model_validate(answer)
    except ValidationError:
        raise not_understood(call) from None
    contents = [found.signed_file_contents] if found.signed_file_contents else [f.contents for f in found.signed_files]
    if len(contents) != 1 or not contents[0]:
        raise not_understood(call)
    data = found.pades_dss_data or _DssData()
    signer = EidEasySigner(
        first_name=found.signer_firstname,
        last_name=found.signer_lastname,
        id_code=found.signer_idcode,
        country=found.signer_country,
    )
    return SignedCms(
        cms=contents[0],
        certificates=data.certificates,
        ocsps=data.ocsps,
        crls=data.crls,
        signer=signer,
        method=found.signing_method,
    )
