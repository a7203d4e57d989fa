"""The way to a signing service and back, over the page's API."""

from urllib.parse import parse_qs, urlsplit

import pytest

from paraph.api.signatory.app import SignatoryApp, signatory_app
from paraph.api.signatory.redirecting import COOKIE
from paraph.domain.rssp import AuthorizationMode, Scal
from tests.csc_world import Csc
from tests.fake_rssp import credential
from tests.unit.api.signatory.conftest import Answer, FakePageImages, Page

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://trust.example"}


class Away:
    """A signing whose signatory has to log in at the service."""

    def __init__(self) -> None:
        self.world = w = Csc()
        w.rssp.credentials_there = [credential(AuthorizationMode.OAUTH2CODE, Scal.TWO)]
        self.signing_id = w.at_sign()
        assert w.go_on(self.signing_id) == "SIGNATORY_NEEDED"
        self.app: SignatoryApp = signatory_app(
            w.links, w.signatories, w.approving, w.registration, w.redirecting, w.returning, w.widgets, FakePageImages()
        )
        self.page = Page(self.app)
        self.page.session = self.page.ok("POST", "/enter", {"capability": w.messages.capability})["session"]

    def sent(self) -> tuple[str, str]:
        """The state and the cookie with which the browser goes."""
        answer = self.page("POST", "/redirect")
        assert answer.status == 200
        url = answer.json["url"]
        return parse_qs(urlsplit(url).query)["state"][0], answer.headers["Set-Cookie"]

    def back(self, query: str, cookie: str | None) -> Answer:
        """The service's redirect, as a browser carries it out: from another site, with cookies, without a session."""
        browser = Page(self.app)
        cookies = {"Cookie": f"theme=dark; {cookie.partition(';')[0]}"} if cookie else {}
        return browser("GET", "/return", None, query, **cookies, **CROSS_SITE)


@pytest.fixture
def away() -> Away:
    return Away()


def test_there_and_back(away: Away) -> None:
    state, cookie = away.sent()
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
    answer = away.back(f"code={away.world.rssp.code()}&state={state}", cookie)
    assert answer.status == 303
    address, _, capability = answer.headers["Location"].partition("#")
    assert address == "https://sign.example/"
    again = Page(away.app)
    again.session = again.ok("POST", "/enter", {"capability": capability})["session"]
    assert again.ok("GET", "/challenge")["status"] == "ANSWERED"
    assert away.world.go_on(away.signing_id) == "SIGNED"


@pytest.mark.parametrize(
    "query",
    [
        "code=CODE&state=made-up",
        "code=CODE",
        "state=STATE",
        "code=CODE&state=STATE&state=STATE",
        "code=CODE&code=CODE&state=STATE",
        f"code={'x' * 5000}&state=STATE",
        "",
    ],
)
def test_what_nobody_was_sent_for_leads_to_a_page_that_knows_nothing(away: Away, query: str) -> None:
    state, cookie = away.sent()
    answer = away.back(query.replace("CODE", away.world.rssp.code()).replace("STATE", state), cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "./")
    assert away.page.ok("GET", "/challenge")["status"] == "WAITING"


@pytest.mark.parametrize("cookie", [None, f"{COOKIE}=made-up", f"{COOKIE}="])
def test_another_browser(away: Away, cookie: str | None) -> None:
    state, _ = away.sent()
    answer = away.back(f"code={away.world.rssp.code()}&state={state}", cookie)
    assert answer.headers["Location"] == "./"
    assert away.page.ok("GET", "/challenge")["status"] == "WAITING"


def test_a_return_leads_nowhere_that_somebody_names(away: Away) -> None:
    """No open redirect: where it leads is what was kept, whatever the query says."""
    state, cookie = away.sent()
    more = "redirect_uri=https://evil.example/&page_url=https://evil.example/&url=//evil.example"
    answer = away.back(f"code={away.world.rssp.code()}&state={state}&{more}", cookie)
    assert answer.headers["Location"].startswith("https://sign.example/#")


def test_nobody_is_sent_from_another_page_or_without_a_session(away: Away) -> None:
    away.page.refused(403, "ForeignOrigin", "POST", "/redirect", **CROSS_SITE)
    Page(away.app).refused(404, "LinkUnknown", "POST", "/redirect")


def test_nothing_of_the_way_is_told_twice(away: Away) -> None:
    state, cookie = away.sent()
    query = f"code={away.world.rssp.code()}&state={state}"
    assert away.back(query, cookie).headers["Location"] != "./"
    assert away.back(query, cookie).headers["Location"] == "./"
