"""The SigningHub-compatible API as it is deployed: used as programs use it, and attacked."""

import base64
import http.client
import io
import json
import re
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest

from local.stack import ROOT
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.calls import CALLS, signing
from paraph.domain.packages import WorkflowStatus
from paraph.domain.pem import der_of
from paraph.domain.verification import DocumentVerification, Indication
from paraph.hub.entities import OtpAttempts, Session
from paraph.hub.otp import TRIES
from paraph.hub.sessions import secret_digest
from paraph.pdf.engine import PyHankoEngine
from tests import documents
from tests.fakes import MemorySource
from tests.integration.configuration import (
    ADVANCED,
    ANN,
    BIRCH,
    BOB,
    CEDAR,
    CLEO,
    NUMBER,
    TRUSTED,
    UNTOUCHED,
    Certified,
)
from tests.integration.conftest import SENDER
from tests.integration.deployment import Caller, Deployment, Json, at_once
from tests.integration.hub import (
    APP,
    CODED_WISH,
    ELECTRONIC,
    HubCaller,
    code_in,
    id_of,
    mailed,
    new_code,
    other_than,
    package_of,
    state_of,
    unchanged,
    wish,
)
from tests.integration.witnesses import Trail

EXAMPLES = ROOT / "examples"
NOT_FOUND, NOT_ALLOWED = "Document not found", "You are not allowed to perform the requested operation"
REFUSED_WISH = wish(capacity=UNTOUCHED)
"""Asks for a key that nobody may ever use."""


@dataclass(frozen=True)
class People:
    """Everybody with a token of their own, and nobody."""

    nobody: HubCaller
    owner: HubCaller
    ann: HubCaller
    bob: HubCaller
    cedar: HubCaller
    cleo: HubCaller


@pytest.fixture(scope="module")
def people(paraph: Deployment, certified: Certified) -> People:
    paraph.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    nobody = HubCaller(paraph)
    nobody.ok("GET", "/v4/about")  # the first call starts the function
    theirs = at_once(*(partial(nobody.user, email) for email in (BIRCH, ANN, BOB)))
    others = at_once(*(partial(nobody.user, email, "cedar-app") for email in (CEDAR, CLEO)))
    return People(nobody, *theirs, *others)


@pytest.fixture(scope="module")
def shared(people: People) -> str:
    """A document that waits for Ann; no test may change it."""
    return people.owner.prepared(ANN, document=documents.form(required=("name",)), levels=[ADVANCED])


@pytest.fixture(autouse=True)
def nobody_used_the_untouchable_key(certified: Certified, trail: Trail) -> Iterator[None]:
    """It made its certificate request twice, and nothing more."""
    yield
    assert len(trail.signs(certified.keys[UNTOUCHED])) == 2


def judged(paraph: Deployment, document: bytes) -> DocumentVerification:
    """What our engine, in this process and without a network, says of the bytes; every signature is good."""
    anchor = der_of(Path(paraph.stack.state.servers["pki"]["root_certificate"]).read_text())
    found = PyHankoEngine().verify(MemorySource(document), [anchor])
    assert {s.indication for s in found.signatures} <= {Indication.TOTAL_PASSED}, found
    return found


def signed_fields(paraph: Deployment, document: bytes) -> list[str]:
    """The fields with a good signature; there is none that is not good."""
    return [s.field_name for s in judged(paraph, document).signatures]


def form_values(document: bytes) -> dict[str, str]:
    """What the form holds, read by another library than the one that wrote it."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return {str(f.T): str(f.get("/V")) for f in pdf.Root.AcroForm.Fields if f.get("/FT") != "/Sig"}


# Stories that end well


def test_a_program_prepares_and_a_signatory_signs_digitally_and_plainly(paraph: Deployment, people: People) -> None:
    program = people.nobody.program().scoped(BIRCH.upper())
    form, plain = documents.form("Signature", required=("name", "agreed")), documents.plain("Terms")
    package = program.package("Contract")
    contract, terms = program.uploaded(package, form, "contract.pdf"), program.uploaded(package, plain, "terms.pdf")
    program.invited(package, ANN)
    assigned = [{"field_name": "Signature", "order": 1, "level_of_assurance": [ADVANCED]}]
    assert program.ok("PUT", f"{contract}/fields/assign", assigned) is None
    program.field(terms, name="Mark", level_of_assurance=[ELECTRONIC])
    (told,) = program.ok("POST", f"{package}/workflow")
    assert told == {"package_id": id_of(package), "documents": [id_of(contract), id_of(terms)]}

    ann = people.ann
    assert (program.status(package), ann.status(package)) == ("INPROGRESS", "PENDING")
    with unchanged(paraph, package):
        for early in (wish("Signature", UNTOUCHED), {**wish("Signature", UNTOUCHED), "skip_verification": True}):
            ann.refused(403, "mandatory_fields_missing", "POST", f"{contract}/sign", early)
        ann.refused(403, "mandatory_fields_missing", "POST", f"{package}/finish")
    values = {"text": [{"field_name": "name", "value": "Zoë Ash"}],
              "checkbox": [{"field_name": "agreed", "value": True}]}  # fmt: skip
    assert ann("PUT", f"{contract}/fields", values).content == b""
    settings = ann.ok("GET", "/v4/settings/signatures", headers={"x-base64": "false"})
    servers = {s["info"]["name"]: s for s in settings["signature"]["signing_servers"]}
    assert {n: s["authentication"]["enabled"] for n, s in servers.items()} == {
        "keys": False, "phones": True, "seals": False, "devices": False,
        "trust": False, "trust-login": False, "trust-account": False,
    }  # fmt: skip
    capacities = servers["keys"]["capacity"]["advanced_electronic_signature"]["selected"]
    assert "p-256" in [c["name"] for c in capacities]
    signed = ann.ok("POST", f"{contract}/sign", wish("Signature", signing_reason="Agreed", signing_location="Dublin"))
    assert (signed["status"], signed["transaction_id"]) == ("SIGNED", None)
    verification = signed["verification"]
    assert (verification["signature_status"], verification["ltv"], verification["signing_reason"]) == (
        "VALID", True, "Agreed",
    )  # fmt: skip
    with unchanged(paraph, package):
        ann.refused(403, "field_already_processed", "POST", f"{contract}/sign", wish("Signature", UNTOUCHED))
        ann.refused(403, "mandatory_fields_missing", "POST", f"{package}/finish")
    marked = ann.ok("POST", f"{terms}/sign", {"field_name": "Mark", "hand_signature_method": 1})
    assert marked["status"] == "SIGNED"
    assert ann.ok("POST", f"{contract}/field/status", {"field_name": "Signature"})["status"] == "COMPLETED"
    assert (program.status(package), ann.status(package)) == ("INPROGRESS", "PENDING")
    program.refused(403, None, "GET", f"{package}/report")
    assert at_once(*(lambda: ann("POST", f"{package}/finish").status_code,) * 3) == [200] * 3
    assert (program.status(package), ann.status(package)) == ("COMPLETED", "COMPLETED")

    result = program("GET", contract).content
    assert result.startswith(form)
    assert signed_fields(paraph, result) == ["Signature"]
    assert form_values(result) | {"name": "Zoë Ash", "agreed": "/Yes"} == form_values(result)
    assert [v["field_name"] for v in ann.ok("GET", f"{contract}/verification")] == ["Signature"]
    by_document = program.ok("GET", f"{package}/verification")
    assert [d["document_id"] for d in by_document] == [id_of(contract), id_of(terms)]
    assert program.actions(package) == [
        "PACKAGE_CREATED", "DOCUMENT_UPLOADED", "DOCUMENT_UPLOADED", "USER_ADDED", "FIELD_ASSIGNED", "FIELD_ADDED",
        "SHARED", "FIELDS_FILLED", "SIGNED", "SIGNED", "FINISHED",
    ]  # fmt: skip
    check_downloads(program, package, {"contract.pdf": result, "terms.pdf": program("GET", terms).content})
    check_evidence(paraph, program, package)


def check_downloads(caller: HubCaller, package: str, files: dict[str, bytes]) -> None:
    """The package is an archive of its documents; one of them is itself, also in base64."""
    with zipfile.ZipFile(io.BytesIO(caller("GET", package).content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    ids = [d["id"] for d in caller.ok("GET", f"{package}/details")["documents"]]
    for document_id, content in zip(ids, files.values(), strict=True):
        assert caller("GET", f"{package}?document-ids=[{document_id}]").content == content
        encoded = caller.ok("GET", f"{package}/documents/{document_id}/base64")
        assert base64.b64decode(encoded["base64"]) == content


def check_evidence(paraph: Deployment, caller: HubCaller, package: str) -> None:
    """The report is sealed with the configured capacity, once; asking again gives the same bytes."""
    first = caller("GET", f"{package}/report")
    assert first.content.startswith(b"%PDF")
    assert signed_fields(paraph, first.content) == ["Seal"]
    with unchanged(paraph, package):
        assert caller("GET", f"{package}/report").content == first.content


def test_two_sign_one_after_the_other(paraph: Deployment, people: People) -> None:
    document = people.owner.prepared(ANN, BOB, document=documents.plain())
    package = package_of(document)
    with unchanged(paraph, package):
        people.bob.refused(403, "not_your_turn", "POST", f"{document}/sign", wish("Field2", UNTOUCHED))
        people.bob.refused(403, "not_your_turn", "POST", f"{package}/finish")
        people.ann.refused(403, "field_not_assigned", "POST", f"{document}/sign", wish("Field2", UNTOUCHED))
        people.owner.refused(403, "not_your_turn", "POST", f"{document}/sign", REFUSED_WISH)
    people.ann.ok("POST", f"{document}/sign", wish("Field1"))
    with unchanged(paraph, package):
        people.bob.refused(403, "not_your_turn", "POST", f"{document}/sign", wish("Field2", UNTOUCHED))
    people.ann.ok("POST", f"{package}/finish")
    assert (people.ann.status(package), people.bob.status(package)) == ("SIGNED", "PENDING")
    with unchanged(paraph, package):
        people.ann.refused(403, "field_already_processed", "POST", f"{document}/sign", REFUSED_WISH)
    people.bob.ok("POST", f"{document}/sign", wish("Field2", "rsa-2048"))
    people.bob.ok("POST", f"{package}/finish")
    assert people.owner.status(package) == "COMPLETED"
    assert signed_fields(paraph, people.owner("GET", document).content) == ["Field1", "Field2"]


def test_only_me(paraph: Deployment, people: People) -> None:
    owner = people.owner
    package = owner.package(mode="ONLY_ME")
    document = owner.uploaded(package, documents.plain())
    with unchanged(paraph, package):
        other = [{"user_email": ANN, "user_name": "Ann", "role": "SIGNER"}]
        owner.refused(400, None, "POST", f"{package}/workflow/users", other)
    owner.field(document)
    owner.ok("POST", f"{package}/workflow")
    owner.ok("POST", f"{document}/sign", wish("Signature"))
    owner.ok("POST", f"{package}/finish")
    assert owner.status(package) == "COMPLETED"
    assert signed_fields(paraph, owner("GET", package).content) == ["Signature"]


def test_fields_beside_every_hit_of_a_text(paraph: Deployment, people: People) -> None:
    owner, ann = people.owner, people.ann
    package = owner.package()
    document = owner.uploaded(package, (EXAMPLES / "lease-agreement.pdf").read_bytes())
    owner.invited(package, ANN)
    asked = {"order": 1, "max_length": 9999, "multiline": True}
    with unchanged(paraph, package):
        nothing = {**asked, "field_type": "SIGNATURE", "search_text": "no such words"}
        assert owner.ok("POST", f"{document}/fields/autoplace", nothing) == []
    sized = {**asked, "search_text": "Extended until", "dimensions": {"width": 120, "height": 40}}
    signature = {**sized, "field_type": "signature", "placement": "BOTTOM", "level_of_assurance": [ADVANCED]}
    (placed,) = owner.ok("POST", f"{document}/fields/autoplace", signature)
    name = placed["field_name"]
    assert re.fullmatch(r"SH_SIGNATURE_\d{6}", name)
    (there,) = owner.ok("GET", f"{document}/fields/1")["signature"]
    assert {k: there["dimensions"]["field"][k] for k in ("width", "height")} == {"width": 120, "height": 40}
    owner.ok("POST", f"{package}/workflow")
    values = json.loads((EXAMPLES / "lease-agreement.request.json").read_text())["form_values"]
    ann.ok("PUT", f"{document}/fields", {"text": [{"field_name": n, "value": v} for n, v in values.items()]})
    ann.ok("POST", f"{document}/sign", wish(name))
    result = owner("GET", document).content
    assert signed_fields(paraph, result) == [name]
    assert form_values(result) == values


def test_fields_that_the_program_adds_are_filled_and_signed(paraph: Deployment, people: People) -> None:
    owner, ann = people.owner, people.ann
    package = owner.package()
    document = owner.uploaded(package, documents.plain())
    owner.invited(package, ANN)

    def box(y: int) -> Json:
        return {"order": 1, "page_no": 1, "dimensions": {"x": 60, "y": y, "width": 200, "height": 20}}

    text = {**box(200), "field_name": "city", "max_length": 30, "validation_rule": "MANDATORY"}
    owner.ok("POST", f"{document}/fields/text", text)
    owner.ok("POST", f"{document}/fields/text", {**box(230), "field_name": "who", "type": "NAME"})
    owner.ok("POST", f"{document}/fields/checkbox", {**box(260), "field_name": "agreed", "value": "false"})
    for y, button in ((290, "post"), (320, "mail")):
        radio = {**box(y), "field_name": button, "radio_group_name": "channel", "value": button == "post"}
        owner.ok("POST", f"{document}/fields/radio", radio)
    owner.field(document)
    with unchanged(paraph, package):
        for kind in ("text", "checkbox", "signature"):
            owner.refused(400, None, "POST", f"{document}/fields/{kind}", {**box(60), "field_name": "city"})
    owner.ok("POST", f"{package}/workflow")
    ann.refused(403, "mandatory_fields_missing", "POST", f"{document}/sign", wish("Signature", UNTOUCHED))
    fields = ann.ok("GET", f"{document}/fields")
    assert {f["field_name"]: f["value"] for f in fields["text"]} == {"city": None, "who": "Ann Ash"}
    assert [(f["field_name"], f["radio_group_name"], f["value"]) for f in fields["radio"]] == [
        ("post", "channel", True), ("mail", "channel", False),
    ]  # fmt: skip
    filling = {
        "text": [{"field_name": "city", "value": "Gdańsk"}],
        "checkbox": [{"field_name": "agreed", "value": "true"}],
        "radio": [{"field_name": "mail", "radio_group_name": "channel", "value": True}],
    }
    ann.ok("PUT", f"{document}/fields", filling)
    ann.ok("POST", f"{document}/sign", wish("Signature"))
    result = owner("GET", document).content
    assert signed_fields(paraph, result) == ["Signature"]
    values = form_values(result)
    assert (values["city"], values["who"]) == ("Gdańsk", "Ann Ash")
    assert values["agreed"] not in ("/Off", "None")
    assert values["channel"].endswith("mail")


# One-time passwords


@pytest.fixture
def coded(people: People) -> str:
    """A document that Ann signs on the server that asks for one-time passwords."""
    return people.owner.prepared(ANN, document=documents.plain(), levels=[TRUSTED])


def test_a_signature_with_a_code_by_sms(paraph: Deployment, people: People, coded: str) -> None:
    ann, sign = people.ann, f"{coded}/sign"
    with unchanged(paraph, coded):
        said = ann.refused(403, "otp_required", "POST", sign, CODED_WISH)
        assert said == "One time password is required"
        for guess in ("000000", "x", "1" * 1000):  # none was sent
            ann.refused(403, "invalid_otp", "POST", sign, CODED_WISH, x_otp=guess)
    old = new_code(paraph, ann, coded, NUMBER)
    code = new_code(paraph, ann, coded, NUMBER)
    sent = state_of(paraph, coded)
    wrong = [old] if old != code else []
    for guess in (*wrong, code[:-1], other_than(code)):
        ann.refused(403, "invalid_otp", "POST", sign, CODED_WISH, x_otp=guess)
    ann.refused(403, "level_of_assurance_mismatch", "POST", sign, wish(), x_otp=code)
    people.bob.refused(404, None, "POST", sign, CODED_WISH, x_otp=code)
    assert state_of(paraph, coded) == sent
    signed = ann.ok("POST", sign, CODED_WISH, {"X-OTP": code})
    assert signed["verification"]["signature_status"] == "VALID"
    with unchanged(paraph, coded):
        ann.refused(403, "field_already_processed", "POST", sign, CODED_WISH, x_otp=code)
    assert signed_fields(paraph, ann("GET", coded).content) == ["Field1"]
    assert people.owner.actions(package_of(coded))[-3:] == ["OTP_SENT", "OTP_SENT", "SIGNED"]


def test_a_code_is_for_one_field_of_one_signatory(paraph: Deployment, people: People, coded: str) -> None:
    other = people.owner.prepared(ANN, document=documents.plain(), levels=[TRUSTED])
    code = new_code(paraph, people.ann, coded, NUMBER)
    with unchanged(paraph, other):
        people.ann.refused(403, "invalid_otp", "POST", f"{other}/sign", CODED_WISH, x_otp=code)
    people.ann.ok("POST", f"{coded}/sign", CODED_WISH, {"x-otp": code})


def test_a_code_that_is_guessed_too_often_is_worth_nothing(paraph: Deployment, people: People, coded: str) -> None:
    code = new_code(paraph, people.ann, coded, NUMBER)
    wrong = other_than(code)
    guesses = [partial(people.ann, "POST", f"{coded}/sign", CODED_WISH, {"x-otp": wrong}) for _ in range(TRIES)]
    with unchanged(paraph, coded):
        said = [answer.json()["Error"] for answer in at_once(*guesses)]
        assert said == ["invalid_otp"] * TRIES
        people.ann.refused(403, "otp_expired", "POST", f"{coded}/sign", CODED_WISH, x_otp=code)
    fresh = new_code(paraph, people.ann, coded, NUMBER)
    people.ann.ok("POST", f"{coded}/sign", CODED_WISH, {"x-otp": fresh})


def test_a_code_that_is_used_twice_at_once_signs_once(paraph: Deployment, people: People, coded: str) -> None:
    code = new_code(paraph, people.ann, coded, NUMBER)
    asked = partial(people.ann, "POST", f"{coded}/sign", CODED_WISH, {"x-otp": code})
    answers = at_once(*(asked for _ in range(3)))
    assert sorted(a.status_code for a in answers) == [200, 403, 403], [a.text for a in answers]
    assert signed_fields(paraph, people.owner("GET", coded).content) == ["Field1"]
    assert people.owner.actions(package_of(coded)).count("SIGNED") == 1


def test_a_code_past_its_time_is_refused(paraph: Deployment, people: People, coded: str) -> None:
    code = new_code(paraph, people.ann, coded, NUMBER)
    (attempts,) = (i for i in paraph_otps(paraph) if i.startswith(f"{id_of(package_of(coded))}#"))
    paraph.secrets.forget("otp", attempts)  # as its time in the table does
    with unchanged(paraph, coded):
        people.ann.refused(403, "otp_expired", "POST", f"{coded}/sign", CODED_WISH, x_otp=code)


def paraph_otps(paraph: Deployment) -> list[str]:
    """Whose codes were sent."""
    answer = paraph.client("dynamodb").query(
        TableName=paraph.outputs["HubTable"],
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": OtpAttempts.__name__}},
    )
    return [item["sk"]["S"] for item in answer["Items"]]


def test_a_signature_with_a_code_by_mail(paraph: Deployment, people: People) -> None:
    document = people.owner.prepared(BOB, document=documents.plain(), levels=[ELECTRONIC], otp=True)
    sign = f"{document}/sign"
    people.bob.refused(403, "otp_required", "POST", sign, {"field_name": "Field1"})
    assert people.bob("POST", f"{document}/otp", {"field_name": "Field1"}).status_code == 200
    letter = mailed(paraph, BOB)[-1]
    assert letter["Source"] == f"Birch & Co <{SENDER}>"
    code = code_in(letter["BodyText"])
    assert code not in letter["Subject"]
    with unchanged(paraph, document):
        people.bob.refused(403, "otp_not_delivered", "POST", f"{document}/otp", {"field_name": "Field1"})
    assert people.bob.ok("POST", sign, {"field_name": "Field1"}, {"x-otp": code})["status"] == "SIGNED"


# Wrong order


def test_sharing_needs_a_document_and_a_signer(paraph: Deployment, people: People) -> None:
    owner = people.owner
    package = owner.package()
    with unchanged(paraph, package):
        assert owner.refused(404, None, "POST", f"{package}/workflow") == NOT_FOUND
    document = owner.uploaded(package, documents.plain())
    with unchanged(paraph, package):
        said = owner.refused(404, None, "POST", f"{package}/workflow")
        assert said == "You must add 1 or more signers before sharing the document"
        place = {"order": 1, "page_no": 1, "dimensions": {"x": 1, "y": 1, "width": 10, "height": 10}}
        for kind in ("signature", "text", "checkbox"):
            owner.refused(400, None, "POST", f"{document}/fields/{kind}", place)


def test_a_draft_is_there_for_its_owner_only(paraph: Deployment, people: People) -> None:
    document = people.owner.prepared(ANN, document=documents.plain(), share=False)
    package = package_of(document)
    with unchanged(paraph, package):
        for path in (f"{document}/sign", f"{document}/otp", f"{package}/finish", f"{package}/decline"):
            assert people.ann.refused(404, None, "POST", path, REFUSED_WISH) == NOT_FOUND
        people.owner.refused(403, "not_your_turn", "POST", f"{document}/sign", REFUSED_WISH)
        people.owner.refused(403, "not_your_turn", "POST", f"{package}/finish")
        people.owner.refused(400, None, "POST", f"{package}/complete")
        people.owner.refused(403, None, "GET", f"{package}/report")
    assert package not in listed(people.ann)


def listed(caller: HubCaller) -> list[str]:
    """Paths of the packages in the caller's list."""
    rows = caller.ok("GET", "/v4/packages/ALL/1/100")
    return [f"/v4/packages/{row['package_id']}" for row in rows]


PLACE = {"x": 60, "y": 60, "width": 100, "height": 30}
NEW_USER = {"user_email": BOB, "user_name": "Bob", "role": "SIGNER"}
EDITS: list[tuple[str, str, Any]] = [
    ("PUT", "{package}", {"package_name": "Other"}),
    ("POST", "{package}/documents", documents.plain()),
    ("POST", "{package}/documents/base64", {"document": base64.b64encode(documents.plain()).decode()}),
    ("PUT", "{document}", {"document_name": "other.pdf"}),
    ("DELETE", "{document}", None),
    ("POST", "{document}/fields/signature", {"order": 1, "page_no": 1, "dimensions": PLACE}),
    ("PUT", "{document}/fields/signature", {"field_name": "Field1", "page_no": 1, "dimensions": PLACE}),
    ("POST", "{document}/fields/text", {"order": 1, "page_no": 1, "dimensions": PLACE}),
    ("POST", "{document}/fields/checkbox", {"order": 1, "page_no": 1, "dimensions": PLACE}),
    ("POST", "{document}/fields/autoplace", {"search_text": "A", "order": 1, "field_type": "SIGNATURE"}),
    ("PUT", "{document}/fields/assign", [{"field_name": "Field1", "order": 1}]),
    ("DELETE", "{document}/fields", {"field_name": "Field1"}),
    ("PUT", "{package}/workflow", {"workflow_type": "PARALLEL"}),
    ("POST", "{package}/workflow/users", [NEW_USER]),
    ("PUT", "{package}/workflow/1/user", {"user_email": BOB}),
    ("PUT", "{package}/workflow/1/reorder", {"order": 1}),
    ("DELETE", "{package}/workflow/1", None),
    ("POST", "{package}/workflow/placeholder", [{"placeholder": "Customer", "role": "SIGNER"}]),
]


def test_what_is_shared_cannot_be_edited_by_anybody(paraph: Deployment, people: People, shared: str) -> None:
    names = {"package": package_of(shared), "document": shared}
    with unchanged(paraph, shared):
        for method, path, body in EDITS:
            where = path.format(**names)
            said = people.owner.refused(403, None, method, where, body, x_file_name="a.pdf")
            assert said == "Document is no longer in draft state", (method, path)
            said = people.ann.refused(403, None, method, where, body, x_file_name="a.pdf")
            assert said == NOT_ALLOWED, (method, path)
        assert people.owner.ok("POST", f"{package_of(shared)}/workflow")  # sharing again changes nothing
        people.ann.refused(403, None, "POST", f"{package_of(shared)}/workflow")
        people.ann.refused(403, None, "DELETE", f"{package_of(shared)}/workflow")


def test_unknown_fields_and_wrong_values(paraph: Deployment, people: People, shared: str) -> None:
    ann = people.ann
    with unchanged(paraph, shared):
        for path in ("sign", "otp", "field/status"):
            ann.refused(400, None, "POST", f"{shared}/{path}", wish("nothing", UNTOUCHED))
        for path in ("sign", "otp"):
            ann.refused(400, None, "POST", f"{shared}/{path}", wish("name", UNTOUCHED))  # a text field
        text = {"text": [{"field_name": "nothing", "value": "x"}]}
        ann.refused(403, None, "PUT", f"{shared}/fields", text)
        for value in ("x" * 21, "x" * 10_001):
            ann.refused(400, None, "PUT", f"{shared}/fields", {"text": [{"field_name": "name", "value": value}]})
        ann.refused(400, None, "PUT", f"{shared}/fields", {"dropdown": [{"field_name": "channel", "value": "pigeon"}]})
        both = [{"field_name": "name", "value": "Ann"}, {"field_name": "nothing", "value": "x"}]
        ann.refused(403, None, "PUT", f"{shared}/fields", {"text": both})
        people.owner.refused(403, "not_your_turn", "PUT", f"{shared}/fields", text)
        for more in ({"signing_capacity": "none"}, {"signing_server": "none"}, {"signing_capacity": "seal"}):
            ann.refused(403, SERVER_ERRORS[next(iter(more))], "POST", f"{shared}/sign", {**REFUSED_WISH, **more})
        ann.refused(403, "level_of_assurance_mismatch", "POST", f"{shared}/sign", wish(capacity="seal", server="seals"))
        for image in ("no base64!", base64.b64encode(bytes(300_000)).decode()):
            ann.refused(400, None, "POST", f"{shared}/sign", {**REFUSED_WISH, "hand_signature_image": image})


SERVER_ERRORS = {"signing_capacity": "signing_capacity_not_found", "signing_server": "signing_server_not_allowed"}


# Whose token it is

FOREIGN_BODIES: dict[str, Any] = {
    "PUT /v4/packages/<package_id>": {"package_name": "Other"},
    "POST /v4/packages/<package_id>/documents": documents.plain(),
    "POST /v4/packages/<package_id>/documents/base64": {"document": "JVBERi0="},
    "PUT /v4/packages/<package_id>/documents/<document_id>": {"document_name": "other.pdf"},
    "PUT /v4/packages/<package_id>/documents/<document_id>/fields/assign": [{"field_name": "Field1", "order": 1}],
    "POST /v4/packages/<package_id>/workflow/users": [NEW_USER],
    "POST /v4/packages/<package_id>/workflow/placeholder": [{"placeholder": "Customer", "role": "SIGNER"}],
    "PUT /v4/packages/<package_id>/workflow/<order>/user": {"user_email": BOB},
}
ANY_BODY = {
    "field_name": "Field1", "order": 1, "page_no": 1, "dimensions": PLACE, "search_text": "A",
    "field_type": "SIGNATURE", "radio_group_name": "group", "workflow_type": "PARALLEL", "placeholder": "Customer",
    "reason": "none", "signing_capacity": UNTOUCHED, "signing_server": "trust", "credentialID": "implicit-scal1",
    "SAD": "none", "transaction_id": "none", "signature": "AAAA",
}  # fmt: skip
PROTECTED = [call for call in CALLS if not call.public]
OF_A_PACKAGE = [call for call in PROTECTED if "package_id" in call.parameters]


def path_of(call: Call, document: str, package: str | None = None) -> str:
    """The call's path for this document."""
    given = {"package_id": str(id_of(package or package_of(document))), "document_id": str(id_of(document))}
    others = {"status": "ALL"}
    return re.sub(r"<(\w+)>", lambda m: given.get(m[1]) or others.get(m[1], "1"), call.path)


def sent(caller: HubCaller, call: Call, path: str, follow: bool = True) -> Any:
    """The answer to a call with a body that would do."""
    body = FOREIGN_BODIES.get(f"{call.method} {call.path}", ANY_BODY if call.body else None)
    return caller(call.method, path, body, {"x-file-name": "a.pdf"}, follow=follow)


def test_packages_of_others_are_not_there(paraph: Deployment, people: People, shared: str) -> None:
    """By nobody who has no part in it; and the answer is that of a number that nobody has."""
    theirs = people.cedar.prepared(CLEO, document=documents.plain())
    ours, nobodys = package_of(shared), f"/v4/packages/{10**17}"
    with unchanged(paraph, shared, theirs):
        for caller, package in ((people.cedar, ours), (people.cedar, nobodys), (people.cleo, ours), (people.bob, ours)):
            calls = [(call, path_of(call, shared, package)) for call in OF_A_PACKAGE]
            answers = [sent(caller, call, path) for call, path in calls]
            told = {(a.status_code, a.text) for a in answers}
            assert told == {(404, json.dumps({"Message": NOT_FOUND}))}, [
                (c.name, a.text) for (c, _), a in zip(calls, answers, strict=True) if a.status_code != 404
            ]
        stolen = f"{package_of(theirs)}/documents/{id_of(shared)}"
        for method, path in (("GET", ""), ("GET", "/details"), ("GET", "/fields"), ("GET", "/verification")):
            people.cedar.refused(404, None, method, f"{stolen}{path}")
        people.cleo.refused(404, None, "POST", f"{stolen}/sign", REFUSED_WISH)
    assert package_of(shared) not in listed(people.cedar) + listed(people.cleo) + listed(people.bob)
    assert package_of(shared) in listed(people.owner)
    assert package_of(shared) in listed(people.ann)


@contextmanager
def aged(paraph: Deployment, token: str) -> Iterator[None]:
    """The session as it is when its time has just passed."""
    found = paraph.hub_store.get(Session, secret_digest(token))
    assert found is not None
    session, version = found
    past = session.model_copy(update={"expires_at": paraph.clock.now() - timedelta(seconds=1)})
    paraph.hub_store.put(secret_digest(token), past, version, int(session.expires_at.timestamp()))
    yield


def test_without_a_valid_token_nothing_is_told_and_nothing_happens(
    paraph: Deployment, people: People, shared: str
) -> None:
    aged_one, revoked, refresh = (people.nobody.login(ANN) for _ in range(3))
    bad = {
        "past its time": aged_one["access_token"],
        "revoked": revoked["access_token"],
        "of another kind": refresh["refresh_token"],
        "digest of a good one": secret_digest(people.ann.token or ""),
        "password": paraph.party_secrets.read("signatories/ann"),
        "made up": secrets.token_urlsafe(32),
        "long": "x" * 6000,
        "strange": "' OR 1=1 --",
    }
    assert people.nobody.user(ANN)("POST", "/v4/logout").status_code == 200
    replace(people.nobody, token=bad["revoked"]).ok("POST", "/v4/logout")
    with aged(paraph, bad["past its time"]), unchanged(paraph, shared):
        for name, token in bad.items():
            caller = replace(people.nobody, token=token)
            calls = [signing.SIGN, signing.FINISH] if name != "past its time" else PROTECTED
            for call in calls:
                check_unauthorised(sent(caller, call, path_of(call, shared)), call, "Request authorization denied")
        for call in PROTECTED:
            check_unauthorised(sent(people.nobody, call, path_of(call, shared)), call, "User authentication required")
        good = people.ann.token
        for scheme in ("", "Basic ", "Token ", "Bearer  , "):
            answer = people.nobody("POST", f"{shared}/sign", REFUSED_WISH, {"Authorization": f"{scheme}{good}"})
            assert answer.status_code == 401, scheme
        in_address = people.nobody("POST", f"{shared}/sign?access_token={'x' * 43}", REFUSED_WISH)
        assert in_address.status_code == 401
        lower = people.nobody("GET", f"{shared}/details", headers={"authorization": f"bearer {good}"})
        assert lower.status_code == 200


def check_unauthorised(answer: Any, call: Call, message: str) -> None:
    """401 in the shape of the call's family; logging out what has ended is no error."""
    if call.name == "logout" and answer.status_code == 200:
        return
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), (call.name, answer.text)
    if call.oauth:
        assert answer.json()["error"] == "invalid_token"
    else:
        assert answer.json() == {"Message": message}, call.name


def test_tokens_in_somebodys_name_never_sign(paraph: Deployment, people: People, shared: str) -> None:
    program = people.nobody.program()
    by_login = replace(people.nobody, token=people.nobody.login(BIRCH, scope=ANN)["access_token"])
    with unchanged(paraph, shared):
        for caller in (program.scoped(ANN), by_login, people.owner.scoped(ANN)):
            assert caller.status(package_of(shared)) == "PENDING"
            for path in ("sign", "otp", "field/status"):
                caller.refused(403, "scope_token_not_allowed", "POST", f"{shared}/{path}", REFUSED_WISH)
        program.refused(403, "scope_token_not_allowed", "POST", f"{shared}/sign", REFUSED_WISH)
        for caller, email in ((program, CLEO), (program, CEDAR), (people.ann, BOB), (people.ann, BIRCH)):
            answer = caller("POST", "/v4/authenticate/scope", {"user_email": email})
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant"), email


def test_only_the_right_secrets_get_in(paraph: Deployment, people: People) -> None:
    nobody, read = people.nobody, paraph.party_secrets.read
    login = {"grant_type": "password", "username": ANN, "password": read("signatories/ann")}
    cases: list[tuple[int, str, Json]] = [
        (401, "invalid_client", {**login, "client_secret": "wrong"}),
        (401, "invalid_client", {**login, "client_secret": read("integrations/cedar-app")}),
        (401, "invalid_client", {**login, "client_secret": read("owners/birch")}),
        (401, "invalid_client", {**login, "client_id": "nobody", "client_secret": read("integrations/birch-app")}),
        (400, "invalid_grant", {**login, "password": "wrong"}),
        (400, "invalid_grant", {**login, "password": read("signatories/bob")}),
        (400, "invalid_grant", {**login, "username": "nobody@birch.example"}),
        (400, "invalid_grant", {**login, "client_id": "cedar-app"}),  # another owner's program
        (400, "invalid_grant", {**login, "scope": BOB}),  # only the owner acts for others
        (400, "invalid_grant", {"grant_type": "refresh_token", "refresh_token": "made up"}),
        (400, "invalid_request", {"grant_type": "password", "username": ANN}),
        (400, "unsupported_grant_type", {**login, "grant_type": "magic"}),
    ]
    for status, error, form in cases:
        answer = nobody.grant(**form)
        assert (answer.status_code, answer.json()["error"]) == (status, error), form["grant_type"]
        assert set(answer.json()) == {"error", "error_description"}
        assert form.get("password", "wrong") == "wrong" or form["password"] not in answer.text
    in_address = nobody("POST", "/authenticate?grant_type=client_credentials", {"grant_type": "client_credentials"})
    assert in_address.status_code == 400


def test_refresh_tokens_work_once_and_for_their_program_only(people: People) -> None:
    nobody = people.nobody
    first = nobody.login(ANN)

    def refreshed(token: str, client_id: str = APP) -> Any:
        return nobody.grant(client_id, grant_type="refresh_token", refresh_token=token)

    for client_id in ("birch-other", "cedar-app"):
        assert refreshed(first["refresh_token"], client_id).json()["error"] == "invalid_grant"
    answers = at_once(*(partial(refreshed, first["refresh_token"]) for _ in range(3)))
    assert sorted(a.status_code for a in answers) == [200, 400, 400]
    (second,) = (a.json() for a in answers if a.status_code == 200)
    assert replace(nobody, token=second["access_token"]).ok("GET", "/v4/account")["user_email"] == ANN
    replace(nobody, token=second["access_token"]).ok("POST", "/v4/logout")
    assert refreshed(second["refresh_token"]).status_code == 400


# At the same instant


def test_two_signers_at_the_same_instant_lose_nothing(paraph: Deployment, people: People) -> None:
    document = people.owner.prepared(ANN, BOB, document=documents.plain(), share=False)
    package = package_of(document)
    people.owner.ok("PUT", f"{package}/workflow", {"workflow_type": "PARALLEL"})
    people.owner.ok("POST", f"{package}/workflow")
    by_both = [
        partial(people.ann, "POST", f"{document}/sign", wish("Field1")),
        partial(people.bob, "POST", f"{document}/sign", wish("Field2")),
    ]
    assert [a.status_code for a in at_once(*by_both)] == [200, 200]
    assert sorted(signed_fields(paraph, people.owner("GET", document).content)) == ["Field1", "Field2"]
    finished = at_once(*(partial(who, "POST", f"{package}/finish") for who in (people.ann, people.bob)))
    assert [a.status_code for a in finished] == [200, 200]
    assert people.owner.status(package) == "COMPLETED"
    assert sorted(people.owner.actions(package)[-4:]) == ["FINISHED", "FINISHED", "SIGNED", "SIGNED"]


def test_a_signer_who_asks_twice_at_the_same_instant_signs_once(paraph: Deployment, people: People) -> None:
    document = people.owner.prepared(ANN, document=documents.plain())
    answers = at_once(*(partial(people.ann, "POST", f"{document}/sign", wish("Field1")) for _ in range(4)))
    told = sorted((a.status_code, a.json().get("Error", "")) for a in answers)
    assert told[0] == (200, "")
    assert {error for status, error in told[1:]} <= {"field_already_processed", "document_locked"}, told
    assert {status for status, _ in told[1:]} == {403}
    assert signed_fields(paraph, people.owner("GET", document).content) == ["Field1"]
    assert people.owner.actions(package_of(document)).count("SIGNED") == 1


@pytest.mark.parametrize(
    ("who", "method", "path"),
    [
        ("owner", "DELETE", ""),
        ("owner", "DELETE", "/workflow"),
        ("owner", "POST", "/complete"),
        ("ann", "POST", "/decline"),
        ("ann", "POST", "/finish"),
    ],
)
def test_a_signature_and_the_end_of_its_package_at_the_same_instant(
    paraph: Deployment, people: People, who: str, method: str, path: str
) -> None:
    """Whoever comes first: what is answered, recorded and in the document says the same."""
    document = people.owner.prepared(ANN, document=documents.plain())
    package = package_of(document)
    signed, ended = at_once(
        partial(people.ann, "POST", f"{document}/sign", wish("Field1")),
        partial(getattr(people, who), method, f"{package}{path}"),
    )
    assert signed.status_code in (200, 403, 404), signed.text
    assert ended.status_code in (200, 403), ended.text
    record, _ = state_of(paraph, package)
    assert (record is None) == (method == "DELETE" and not path)
    if record is None:
        return
    entry = record.documents[0]
    assert entry.signed == (signed.status_code == 200)
    assert [e.action for e in record.log].count("SIGNED") == entry.signed
    assert signed_fields(paraph, paraph.read(entry.revision)) == ["Field1"] * entry.signed
    kept = paraph.packages.load(record.package_id)
    assert kept.documents[0].lock is None


def test_what_two_owners_programs_add_at_the_same_instant_is_all_there(paraph: Deployment, people: People) -> None:
    owner = people.owner
    package = owner.package()
    upload = partial(owner.uploaded, package, documents.plain())
    paths = at_once(*(upload for _ in range(4)))
    found = [d["id"] for d in owner.ok("GET", f"{package}/details")["documents"]]
    assert sorted(found) == sorted(id_of(p) for p in paths)
    assert len(set(found)) == 4


# Uploads and downloads

A_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
A_DOCX = b"PK\x03\x04\x14\x00\x06\x00" + bytes(64)
REFUSED_FILES = {
    "PNG": A_PNG,
    "DOCX": A_DOCX,
    "encrypted": documents.encrypted(),
    "half": documents.truncated(),
    "text": b"Hello",
}
TYPES = (
    None,
    "application/octet-stream",
    "application/pdf",
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
)


@pytest.fixture(scope="module")
def draft(people: People) -> str:
    """A package for uploads."""
    return people.owner.package("Uploads")


def with_every_byte() -> bytes:
    """A document that no text encoding leaves as it is."""
    buffer, every = io.BytesIO(), bytes(range(256))
    with pikepdf.open(io.BytesIO(documents.plain())) as pdf:
        pdf.attachments["every"] = pikepdf.AttachedFileSpec(pdf, every, filename="every.bin")
        pdf.save(buffer, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert every in buffer.getvalue()
    return buffer.getvalue()


def test_bytes_arrive_unharmed_whatever_they_are_said_to_be(people: People, draft: str) -> None:
    body = with_every_byte()
    for media in TYPES:
        headers = {"x-file-name": "a.pdf", **({"Content-Type": media} if media else {})}
        made = people.owner.ok("POST", f"{draft}/documents", body, headers)
        got = people.owner("GET", f"{draft}/documents/{made['documentid']}")
        assert got.content == body, media
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert made["document_size"] == len(body)
    in_lines = {"document": base64.encodebytes(body).decode()}
    made = people.owner.ok("POST", f"{draft}/documents/base64", in_lines, {"x-file-name": "a.pdf"})
    assert people.owner("GET", f"{draft}/documents/{made['documentid']}").content == body


def test_what_is_no_plain_pdf_is_refused(paraph: Deployment, people: People, draft: str) -> None:
    owner = people.owner
    with unchanged(paraph, draft):
        for name, body in REFUSED_FILES.items():
            assert owner.refused(400, None, "POST", f"{draft}/documents", body, x_file_name=f"{name}.pdf")
        nothing: list[tuple[str, Any]] = [("documents", b""), ("documents/base64", {"document": ""})]
        for path, empty in nothing:
            said = owner.refused(400, None, "POST", f"{draft}/{path}", empty, x_file_name="a.pdf")
            assert said == "Request does not contain document", path
        owner.refused(400, None, "POST", f"{draft}/documents/base64", {"document": "no base64!"}, x_file_name="a.pdf")
        owner.refused(400, None, "POST", f"{draft}/documents/base64", b"{", x_file_name="a.pdf")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b" a.pdf", "a.pdf"),  # blanks around a header's value never arrive (RFC 9110 §5.5)
        ("Übergröße.pdf".encode(), "Übergröße.pdf"),
        (b"../../a.pdf", "../../a.pdf"),
        (None, None),
        (b"", None),
        ("\u00a0a.pdf".encode(), None),
        (b"x" * 251, None),
    ],
)
def test_names_of_files(paraph: Deployment, people: People, draft: str, given: bytes | None, kept: str | None) -> None:
    before = state_of(paraph, draft)
    status, answer = posted(people.owner, f"{draft}/documents", documents.plain(), given)
    if kept is not None:
        assert (status, answer.get("document_name")) == (201, kept)
        return
    assert status == 400
    assert answer["Message"].startswith(("Invalid request headers - file name not found", "x-file-name"))
    assert state_of(paraph, draft) == before


def posted(caller: HubCaller, path: str, body: bytes, name: bytes | None) -> tuple[int, Json]:
    """An upload by a client that sends the header as it is told to."""
    place = urlsplit(caller.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    connection.putrequest("POST", f"{place.path}{path}")
    connection.putheader("Authorization", f"Bearer {caller.token}")
    if name is not None:
        connection.putheader("x-file-name", name)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@pytest.mark.parametrize("size", [5 << 20, 11 << 20])
def test_what_the_gateway_does_not_take(paraph: Deployment, people: People, draft: str, size: int) -> None:
    """The answer is the gateway's own, before the function is asked; the template says in which words."""
    with unchanged(paraph, draft):
        answer = people.owner("POST", f"{draft}/documents", bytes(size), {"x-file-name": "a.pdf"})
        assert answer.status_code == 413
        assert "message" in answer.text.lower()


@contextmanager
def limited_to(paraph: Deployment, size: int) -> Iterator[None]:
    """The function as a stack with this limit has it."""
    client, name = paraph.client("lambda"), f"{paraph.name}-hub_api"
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    smaller = {**variables, "PARAPH_MAX_DOCUMENT_BYTES": str(size)}
    client.update_function_configuration(FunctionName=name, Environment={"Variables": smaller})
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def test_what_the_stack_does_not_take(paraph: Deployment, people: People, draft: str) -> None:
    body = documents.plain()
    encoded = {"document": base64.b64encode(body).decode()}
    with limited_to(paraph, len(body) - 1), unchanged(paraph, draft):
        kept = paraph.keys("uploads/hub/")
        for path, sent_body in (("documents", body), ("documents/base64", encoded)):
            said = people.owner.refused(413, None, "POST", f"{draft}/{path}", sent_body, x_file_name="a.pdf")
            assert "POST /documents" in said
        assert paraph.keys("uploads/hub/") == kept
    people.owner.uploaded(draft, body)


def test_large_documents_come_from_s3(paraph: Deployment, people: People, birch: Caller) -> None:
    """Signed through the inbox, as this API does not take it; the package is visible here."""
    signing_ = paraph.ended(birch.started("plain", documents.plain(padding=6 << 20)))
    assert signing_.outcome is not None, signing_.problem
    document = f"/v4/packages/{signing_.package_id}/documents/{signing_.document_id}"
    content = paraph.read(signing_.outcome.document)
    with unchanged(paraph, document):
        for path in (document, package_of(document)):
            sent_on = people.owner("GET", path, follow=False)
            assert (sent_on.status_code, sent_on.content) == (307, b"")
            assert sent_on.headers["Cache-Control"] == "no-store"
            got = people.owner("GET", path)
            assert (got.status_code, got.content == content) == (200, True)
            # On AWS and here S3 is another host, so that clients do not hand it the token; S3 refuses two ways at once
            assert urlsplit(got.url).netloc != urlsplit(people.owner.url).netloc
            assert "Authorization" not in got.request.headers
            assert "response-content-disposition=attachment" in got.url
        encoded = people.owner("GET", f"{document}/base64")
        assert base64.b64decode(encoded.json()["base64"]) == content
        for caller in (people.cedar, people.bob):
            assert caller("GET", document, follow=False).status_code == 404


# The end of a package


@pytest.mark.parametrize(
    ("who", "method", "path", "seen", "status"),
    [
        ("ann", "POST", "/decline", "DECLINED", WorkflowStatus.DECLINED),
        ("ann", "DELETE", "", "DECLINED", WorkflowStatus.DECLINED),
        ("owner", "POST", "/complete", "COMPLETED", WorkflowStatus.COMPLETED),
        ("owner", "DELETE", "/workflow", "DRAFT", WorkflowStatus.DRAFT),
        ("owner", "DELETE", "", None, None),
    ],
)
def test_after_its_end_nobody_signs(
    paraph: Deployment,
    people: People,
    who: str,
    method: str,
    path: str,
    seen: str | None,
    status: WorkflowStatus | None,
) -> None:
    document = people.owner.prepared(ANN, document=documents.plain())
    package = package_of(document)
    getattr(people, who).ok(method, f"{package}{path}")
    after = state_of(paraph, package)
    assert (after[0].status if after[0] else None) is status
    for caller in (people.ann, people.owner):
        for call in ("sign", "otp"):
            answer = caller("POST", f"{document}/{call}", REFUSED_WISH)
            assert answer.status_code in (403, 404), (call, answer.text)
        assert caller("POST", f"{package}/finish").status_code in (403, 404)
    if seen is None:
        assert people.owner.refused(404, None, "GET", f"{package}/workflow") == NOT_FOUND
    else:
        assert people.owner.status(package) == seen
    assert state_of(paraph, package) == after


def test_paths_and_methods_that_are_not_there(people: People) -> None:
    cases: list[tuple[str, str, int]] = [
        ("GET", "/", 404),
        ("GET", "/v4/packages/0x1", 404),
        ("GET", "/v4/packages/-1", 404),
        ("GET", f"/v4/packages/{'9' * 30}", 404),
        ("GET", "/v4/packages/%31%00", 404),
        ("PATCH", "/v4/packages/1", 405),
        ("GET", "/authenticate", 405),
    ]
    for method, path, status in cases:
        answer = people.owner(method, path)
        assert (answer.status_code, list(answer.json())) == (status, ["Message"]), (path, answer.text)
