"""No secret and no form value is where it should not be, whatever a signing's end; comes last, searches everything."""

import base64
import io
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import pytest
from PIL import Image

from local.servers import rssp
from paraph.domain.errors import TokenExpired
from paraph.domain.links import digest_of
from paraph.domain.redirects import OpenRedirect
from paraph.domain.rssp import RsspToken
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.workflow.asking import TASK_TOKEN
from paraph.workflow.methods.visit import GIVEN, RSSP_AUTHORIZATION, RSSP_TOKEN
from paraph.workflow.redirecting import REDIRECT
from paraph.workflow.session import HUB_TOKEN
from tests import documents
from tests.integration import canary, device
from tests.integration.conditions import in_the_hub, locked
from tests.integration.configuration import ANN, BIRCH, NUMBER, TRUSTED, Certified
from tests.integration.deployment import Caller, Deployment, at_once, eventually
from tests.integration.hub import CODED_WISH, HubCaller, new_code, other_than, package_of
from tests.integration.page import Asked, asked_by
from tests.integration.trust import Journey, Trust, brought, sent, trust_of
from tests.integration.witnesses import Bus

FORM_VALUES_MAY_BE = re.compile(
    r"object:(inbox/[^/]+/[^/]+\.request\.json"
    r"|work/signings/sgn_[a-z2-7]{26}/request-[0-9a-f]{16}\.json"
    r"|work/packages/\d+/\d+/\d+-[0-9a-f]{32}\.pdf"
    r"|signed/sgn_[a-z2-7]{26}/[^/]+\.pdf)"
)
"""The request that brought them, and revisions of the document."""
DRAWN_MAY_BE = re.compile(r"object:work/packages/\d+/\d+/\d+-[0-9a-f]{32}\.pdf")
"""Revisions of the document."""
PERSON_MAY_BE = re.compile(r"HubTable:Signatory/ann")
"""The configuration."""


@dataclass
class Marked:
    """Signings of every end, and the secrets that went through them."""

    signings: dict[str, Signing] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> dict[str, str]:
        """Form values with a marker."""
        self.values[name] = f"wert-{uuid.uuid4()}"
        return {"name": "Ann Ash", "remarks": self.values[name]}


@pytest.fixture(scope="module")
def marked(paraph: Deployment, certified: Certified, birch: Caller) -> Marked:
    """One signing for every end and every way in."""
    marked = Marked()

    def token(party: str) -> str:
        return paraph.sessions.authenticate(party, paraph.party_secrets.read(party)).value

    def by_s3() -> str:
        return paraph.upload("forms", documents.form("Signature"), {"form_values": marked.value("S3")})

    def by_api(name: str, **wishes: str) -> str:
        return birch.started("forms", documents.form("Signature"), form_values=marked.value(name), **wishes)

    def cancelled() -> str:
        choice = in_the_hub(paraph, birch, documents.form("Signature"))
        with locked(paraph, **choice):  # Fill waits
            signing_id = birch.started("forms", choice, form_values=marked.value("cancelled"))
            paraph.reached(signing_id, LedgerState.AUTHORISED)
            kept = paraph.secrets.get(HUB_TOKEN, signing_id)
            assert kept is not None
            marked.tokens["kept between the steps"] = kept
            birch.call("POST", f"/signings/{signing_id}/cancel")
        return signing_id

    for name, party in (("own", "signatories/ann"), ("owner's", "owners/birch"), ("other's", "signatories/bob")):
        marked.tokens[name] = token(party)
    marked.tokens["made up"] = f"made-up-{uuid.uuid4()}"
    ways: dict[str, Callable[[], str]] = {
        "S3": by_s3,
        "cancelled": cancelled,
        "required field empty": lambda: paraph.upload("refused-forms", documents.form("Signature", required=("name",)),
                                                      {"form_values": {"remarks": marked.value("failed")["remarks"]}}),
        **{f"token {name}": partial(by_api, f"token {name}", signatory_token=value)
           for name, value in marked.tokens.items()},
    }  # fmt: skip
    ids = dict(zip(ways, at_once(*ways.values()), strict=True))
    marked.signings = {name: paraph.ended(signing_id) for name, signing_id in ids.items()}
    for signing in marked.signings.values():
        paraph.execution_ended(signing.signing_id)
        for path in ("", "/timeline", "/verification", "/document"):
            birch.call("GET", f"/signings/{signing.signing_id}{path}")
    birch.call("GET", "/signings?limit=100")
    return marked


@pytest.fixture(scope="module")
def of_the_hub(paraph: Deployment, certified: Certified) -> dict[str, str]:
    """What callers of the SigningHub-compatible API told and were told, right and wrong, by what it is."""
    nobody, told = HubCaller(paraph), {f"wrong {what}": f"wrong-{uuid.uuid4()}" for what in ("secret", "password")}
    nobody.grant(grant_type="client_credentials", client_secret=told["wrong secret"])
    nobody.grant(grant_type="password", username=ANN, password=told["wrong password"])
    nobody.grant(grant_type="refresh_token", refresh_token=told["wrong password"])

    def logged_in(name: str, email: str, **more: str) -> HubCaller:
        given = nobody.login(email, **more)
        told[f"access token {name}"], told[f"refresh token {name}"] = given["access_token"], given["refresh_token"]
        return HubCaller(paraph, given["access_token"])

    owner, ann = logged_in("owner", BIRCH), logged_in("ann", ANN)
    logged_in("on behalf", BIRCH, scope=ANN)
    program = nobody.program()
    told["access token program"], told["access token scoped"] = program.token or "", program.scoped(ANN).token or ""
    told["wrong token"] = f"wrong-{uuid.uuid4()}"
    HubCaller(paraph, told["wrong token"])("GET", "/v4/account")
    document = owner.prepared(ANN, document=documents.form(), levels=[TRUSTED])
    told["drawn image"], told["drawn value"] = str(uuid.uuid4()), f"value-{uuid.uuid4()}"
    ann.ok("PUT", f"{document}/fields", {"text": [{"field_name": "remarks", "value": told["drawn value"]}]})
    told["code"] = new_code(paraph, ann, document, NUMBER)
    told["wrong code"] = other_than(told["code"])
    asked = {**CODED_WISH, "hand_signature_image": drawn(told["drawn image"])}
    for code in (told["wrong code"], told["code"], told["code"]):
        ann("POST", f"{document}/sign", asked, {"x-otp": code})
    ann.ok("POST", f"{package_of(document)}/finish")
    for path in (f"{package_of(document)}/log", f"{document}/verification", f"{package_of(document)}/report"):
        assert owner("GET", path).status_code == 200
    return told


@pytest.fixture(scope="module")
def of_the_page(paraph: Deployment, certified: Certified, birch: Caller) -> dict[str, str]:
    """What went between a signatory and its page, right and wrong, and what woke the execution."""
    asked = asked_by(paraph, birch)
    woken_by = paraph.secrets.get(TASK_TOKEN, asked.signing_id)
    assert woken_by is not None
    code = asked.phone.code()
    told = {"capability": asked.capability, "session": asked.session, "code": code, "wrong code": other_than(code)}
    asked.answer(told["wrong code"])
    asked.waits_again(1)
    asked.answer(code)
    assert asked.ended().status is SigningStatus.SIGNED
    birch.call("GET", f"/signings/{asked.signing_id}/timeline")
    return {**told, "task token": woken_by}


@dataclass
class Told:
    """Secrets by what they are, and the packages that they went through."""

    secrets: dict[str, str]
    packages: list[int]

    def ended(self, paraph: Deployment, signing_id: str, status: SigningStatus = SigningStatus.SIGNED) -> None:
        """The signing came to this end; a signed one has evidence."""
        signing = paraph.ended(signing_id)
        assert signing.status is status, signing.problem
        paraph.execution_ended(signing_id)
        if status is SigningStatus.SIGNED and signing.package_id:
            self.packages.append(signing.package_id)


@pytest.fixture(scope="module")
def of_the_devices(paraph: Deployment, certified: Certified, birch: Caller) -> Told:
    """What links to register a device and to approve carry, and the page's sessions."""
    phone = device.registered(paraph, birch)
    to_approve = device.asked(paraph, birch)
    told = Told({
        "invitation": phone.capability, "session of the invitation": phone.session,
        "request": to_approve.capability, "session of the request": to_approve.page.session,
        "push address": phone.receiver.endpoint.rpartition("/")[2],
        "push secret": phone.receiver.subscription["keys"]["auth"],
    }, [])  # fmt: skip
    to_approve.approve(to_approve.assertion(phone.passkeys))
    told.ended(paraph, to_approve.signing_id)
    birch.call("GET", f"/signings/{to_approve.signing_id}/timeline")
    for one in device.active(birch):
        device.revoke(birch, one["device_id"])
    return told


@pytest.fixture(scope="module")
def of_the_service(paraph: Deployment, certified: Certified, birch: Caller) -> Told:
    """What Paraph, the signatory and the remote signing service tell each other, right and wrong."""
    trust = trust_of(paraph)
    trust.reset()
    known = rssp.addresses(trust.url)
    told = Told({f"secret of {c['client_id']}": c["client_secret"] for c in known["clients"]}, [])
    told.secrets |= {f"password of {u['user_id']}": u["password"] for u in known["users"]}
    _by_account(paraph, birch, trust, told)
    _by_login(paraph, birch, told)
    _by_factors(paraph, birch, trust, told)
    return told


def _by_account(paraph: Deployment, birch: Caller, trust: Trust, told: Told) -> None:
    asked = asked_by(paraph, birch, "by-account")
    journey = sent(asked)
    told.secrets["account token"] = brought(journey.url)["account_token"]
    _taken_back(paraph, journey, told, "account")
    trust.misbehaves("slow", "signatures/signHash", seconds=2)
    told.secrets["authorisation by the service's page"] = _authorisation(asked)
    told.secrets["application's token"] = _token(asked).value
    told.ended(paraph, asked.signing_id)


def _by_login(paraph: Deployment, birch: Caller, told: Told) -> None:
    asked = asked_by(paraph, birch, "by-login")
    _taken_back(paraph, sent(asked), told, "login")
    asked.next_question(2)
    token = _token(asked)
    told.secrets |= {"signatory's token": token.value, "refresh token": token.refresh_token or ""}
    asked.call("POST", "decline", {})
    told.ended(paraph, asked.signing_id, SigningStatus.DECLINED)


def _by_factors(paraph: Deployment, birch: Caller, trust: Trust, told: Told) -> None:
    asked = asked_by(paraph, birch, "by-pin-and-code")
    wrong = {"pin": f"wrong-{uuid.uuid4()}", "otp": trust.code}
    asked.call("POST", "answer", wrong)
    asked.waits_again(1)
    trust.misbehaves("slow", "signatures/signHash", seconds=2)
    right = {"pin": trust.pin, "otp": trust.code}
    assert asked.call("POST", "answer", right).status_code == 200
    told.secrets |= {"wrong PIN": wrong["pin"], "PIN": right["pin"], "code": right["otp"]}
    told.secrets["authorisation by factors"] = _authorisation(asked)
    told.ended(paraph, asked.signing_id)


def _taken_back(paraph: Deployment, journey: Journey, told: Told, which: str) -> None:
    """To the service and back, with everything that the browser carries."""
    address = journey.answered()
    carried = brought(address)
    kept = paraph.secrets.get(REDIRECT, digest_of(carried["state"]))
    assert kept is not None
    told.secrets |= {
        f"state ({which})": carried["state"],
        f"authorisation code ({which})": carried["code"],
        f"verifier ({which})": OpenRedirect.model_validate_json(kept).code_verifier,
        f"cookie ({which})": journey.cookie.partition("=")[2],
        f"link back ({which})": journey.back(address).partition("#")[2],
    }


def _authorisation(asked: Asked) -> str:
    """The SAD, while the service takes its time over the signature."""
    kept = eventually(lambda: asked.paraph.secrets.get(RSSP_AUTHORIZATION, asked.signing_id), "the authorisation")
    return GIVEN.validate_json(kept).sad  # type: ignore[union-attr]


def _token(asked: Asked) -> RsspToken:
    kept = asked.paraph.secrets.get(RSSP_TOKEN, asked.signing_id)
    assert kept is not None
    return RsspToken.model_validate_json(kept)


def drawn(marker: str) -> str:
    """A picture in base64 whose pixels are this text."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (len(marker) // 3, 1), marker.encode()).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@contextmanager
def token_in_use(paraph: Deployment, owner: Caller) -> Iterator[str]:
    """The signatory's token while a signing waits with it."""
    choice = in_the_hub(paraph, owner, documents.plain())
    with locked(paraph, **choice):  # Sign waits
        signing_id = owner.started("plain", choice)
        paraph.reached(signing_id, LedgerState.SENT)
        token = paraph.secrets.get(HUB_TOKEN, signing_id)
        assert token is not None
        assert paraph.sessions.account(token).party == "signatories/ann"
        yield token
    assert paraph.ended(signing_id).status is SigningStatus.SIGNED


@pytest.fixture(scope="module")
def places(
    paraph: Deployment,
    bus: Bus,
    birch: Caller,
    marked: Marked,
    of_the_hub: dict[str, str],
    of_the_page: dict[str, str],
    of_the_devices: Told,
    of_the_service: Told,
) -> dict[str, set[canary.Place]]:
    """Where everything that is marked was found; and one marker that was put everywhere, to see that it is found."""
    parties = ("owners/birch", "owners/cedar", "signatories/ann", "signatories/bob", "signatories/cleo",
               "integrations/birch-app", "integrations/birch-other", "integrations/cedar-app")  # fmt: skip
    planted = f"planted-{uuid.uuid4()}"
    canary.plant(paraph, planted)
    eventually(lambda: any(e["source"] == "planted" for e in bus.seen()) or None, "the planted event")
    with token_in_use(paraph, birch) as in_use:
        secrets = {f"secret of {party}": paraph.party_secrets.read(party) for party in parties}
        secrets |= {f"token {name}": token for name, token in marked.tokens.items()}
        secrets |= {f"value {name}": value for name, value in marked.values.items()}
        secrets |= {f"hub {name}": value for name, value in of_the_hub.items()}
        secrets |= {f"page {name}": value for name, value in of_the_page.items()}
        secrets |= {f"device {name}": value for name, value in of_the_devices.secrets.items()}
        secrets |= {f"service {name}": value for name, value in of_the_service.secrets.items()}
        reports = canary.evidence(HubCaller(paraph).user(BIRCH), of_the_devices.packages + of_the_service.packages)
        secrets |= {"token in use": in_use, "e-mail of ann": "ann.ash@birch.example", "planted": planted}
        return canary.found(secrets, chain(canary.traces(paraph, bus), reports))


def test_the_marked_signings_came_to_every_end(marked: Marked) -> None:
    ends = {name: (s.status.value, s.problem.error if s.problem else None) for name, s in marked.signings.items()}
    assert ends == {
        "S3": ("SIGNED", None),
        "cancelled": ("CANCELLED", "Cancelled"),
        "required field empty": ("FAILED", "RequiredFieldEmpty"),
        "token own": ("SIGNED", None),
        "token owner's": ("FAILED", "AuthenticationFailed"),
        "token other's": ("FAILED", "AuthenticationFailed"),
        "token made up": ("FAILED", "TokenExpired"),
    }


@pytest.mark.parametrize("kind", ["secret", "token"])
def test_secrets_and_tokens_are_nowhere(places: dict[str, set[canary.Place]], kind: str) -> None:
    searched = {name: where for name, where in places.items() if name.startswith(f"{kind} ")}
    assert len(searched) == {"secret": 8, "token": 6}[kind]
    assert searched == {name: set() for name in searched}


def test_what_callers_of_the_hub_tell_and_are_told_is_nowhere(places: dict[str, set[canary.Place]]) -> None:
    """Neither tokens nor passwords nor codes, be they right or wrong; pictures and values in the document only.

    The emulator's own log tells what it sends; that is the telephone.
    """
    searched = {name: where for name, where in places.items() if name.startswith("hub ")}
    in_documents = {name: where for name, where in searched.items() if name.startswith("hub drawn ")}
    assert (len(searched), len(in_documents)) == (15, 2)
    for name, where in in_documents.items():
        assert where, name
        assert not [place for place in where if not DRAWN_MAY_BE.fullmatch(place)], name
    assert places["hub code"] <= {"log file:emulator"}
    others = {name: where - {"log file:emulator"} for name, where in searched.items() if name not in in_documents}
    assert others == {name: set() for name in others}


def test_what_signatories_tell_and_are_told_is_nowhere(places: dict[str, set[canary.Place]]) -> None:
    """But the task token, which Step Functions keeps with the execution; and the emulator's log, the telephone."""
    searched = {name: where - {"log file:emulator"} for name, where in places.items() if name.startswith("page ")}
    histories = {place for place in searched.pop("page task token") if not place.startswith("execution")}
    assert histories == set()
    assert searched == {f"page {name}": set() for name in ("capability", "session", "code", "wrong code")}


def test_what_opens_the_page_for_devices_is_nowhere(places: dict[str, set[canary.Place]]) -> None:
    """And once a device is revoked, so is where it was told."""
    searched = {name: where - {"log file:emulator"} for name, where in places.items() if name.startswith("device ")}
    links = ("invitation", "session of the invitation", "request", "session of the request")
    assert searched == {f"device {name}": set() for name in (*links, "push address", "push secret")}


def test_what_goes_to_and_from_a_signing_service_is_nowhere(places: dict[str, set[canary.Place]]) -> None:
    """Not even in the service's own log; the emulator's tells the addresses that browsers came back to."""
    searched = {name: where for name, where in places.items() if name.startswith("service ")}
    assert len(searched) == 3 + 2 + 2 * 5 + 3 + 2 + 4
    by_browser = {name for name in searched if name.startswith(("service state", "service authorisation code"))}
    assert len(by_browser) == 4
    allowed = {name: {"log file:emulator"} if name in by_browser else set() for name in searched}
    assert {name: where - allowed[name] for name, where in searched.items()} == {name: set() for name in searched}


def test_form_values_are_in_the_request_and_in_the_document_only(places: dict[str, set[canary.Place]]) -> None:
    searched = {name: where for name, where in places.items() if name.startswith("value ")}
    assert len(searched) == 7
    for name, where in searched.items():
        assert not [place for place in where if not FORM_VALUES_MAY_BE.fullmatch(place)], name
        assert any("request" in place for place in where), name
    assert any(place.startswith("object:signed/") for place in places["value S3"])


def test_who_signs_is_in_the_configuration_only(places: dict[str, set[canary.Place]]) -> None:
    """Requests of other tests name her address as contact: that is their owner's wish, in the record and document."""
    found = {p for p in places["e-mail of ann"] - {"log file:emulator"} if not PERSON_MAY_BE.fullmatch(p)}
    assert not [p for p in found if p.startswith(("log", "execution", "event", "SecretsTable", "api url"))]


def test_payloads_of_the_state_machine_carry_nothing_but_ids_and_outcomes(paraph: Deployment, marked: Marked) -> None:
    machines = paraph.client("stepfunctions")
    keys: set[str] = set()
    for signing in marked.signings.values():
        arn = paraph.execution(signing.signing_id)["executionArn"]
        pages = machines.get_paginator("get_execution_history").paginate(executionArn=arn)
        history = [event for page in pages for event in page["events"]]
        assert signing.document_name not in str(history)
        payloads = re.findall(r'"?Payload"?:\s*(\{[^{}]*\})', str(history))
        assert payloads
        keys |= {key for payload in payloads for key in re.findall(r'"(\w+)"\s*:', payload)}
    assert keys == {"signing_id", "failure", "outcome", "status"}


def test_a_token_kept_between_the_steps_is_worthless_at_the_end(paraph: Deployment, marked: Marked) -> None:
    assert marked.signings["cancelled"].status is SigningStatus.CANCELLED
    with pytest.raises(TokenExpired):
        paraph.sessions.account(marked.tokens["kept between the steps"])


def test_the_search_finds_what_is_planted(places: dict[str, set[canary.Place]]) -> None:
    assert {place.partition(":")[0] for place in places["planted"]} == {
        "log file", "log group", "execution", "SigningsTable", "HubTable", "SecretsTable", "object", "event",
        "api url", "api answer",
    }  # fmt: skip
    assert places["planted"] >= {"object:planted", "execution:planted"}


def test_the_search_finds_short_numbers_where_they_stand_alone() -> None:
    there = (b'"135790"', b"PIN=135790&", b"135790", b"is 135790.")
    chance = (b"2026-11-23T12:00:00.135790Z", b"1.135790", b"135790.5", b"0135790", b"x135790", b"%PDF 135790 ")
    contents = ((str(n), content) for n, content in enumerate((*there, *chance)))
    assert canary.found({"PIN": "135790"}, contents) == {"PIN": {"0", "1", "2", "3"}}


@pytest.mark.parametrize("way", range(len(canary.encoded("x"))))
def test_the_search_finds_a_text_however_it_is_written(way: int) -> None:
    marker = "märker/with+more"
    written = b"... " + canary.encoded(marker)[way] + b" ..."
    assert canary.found({"m": marker}, iter([("here", written), ("there", b"nothing")])) == {"m": {"here"}}
