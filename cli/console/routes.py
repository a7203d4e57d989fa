"""What pages may ask for: calls of the API, passed on and signed, and what the console does itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote, unquote, urlencode

from cli.api import Api
from cli.connection import LocalStack, Place
from cli.console import embedded, stand_ins
from cli.console.documents import Documents
from cli.console.machine import machine
from cli.console.messages import Answer, Refusal, Request, as_json, problem
from cli.console.rendering import PAGES_SHOWN, RenderingError, page_count, page_image

ID = r"(sgn_[a-z2-7]{26})"
DEVICES = r"/signatories/[A-Za-z0-9](?:[A-Za-z0-9_.@-]|%40){0,99}/devices"
DEVICE = rf"{DEVICES}/[A-Za-z0-9_-]{{1,1400}}"
WHICH = r"(submitted|signed)"
API_CALLS = {
    ("GET", r"/profiles"),
    ("GET", r"/signings"),
    ("POST", r"/signings"),
    ("GET", rf"/signings/{ID}"),
    ("GET", rf"/signings/{ID}/timeline"),
    ("GET", rf"/signings/{ID}/verification"),
    ("POST", rf"/signings/{ID}/cancel"),
    ("GET", DEVICES),
    ("POST", DEVICES),
    ("DELETE", DEVICE),
}
QUERY = ("status", "limit", "cursor")
JSON_LIMIT = 256 << 10
UPLOAD_LIMIT = 1 << 30  # the highest that a stack can be set to; its own limit is the API's to tell
CHUNK = 1 << 20


@dataclass(frozen=True)
class Connected:
    """The API that the console serves, and the embedded stack around it, if there is one."""

    place: Place
    stack: str
    local: LocalStack | None = None


Route = Callable[..., Answer]


class Routes:
    """Answers checked requests; asks anew for the connection each time, since a local stack may be started again."""

    def __init__(self, connect: Callable[[], Connected], documents: Documents) -> None:
        self._connect = connect
        self._documents = documents
        self._own: tuple[tuple[str, str, Route], ...] = (
            ("GET", r"/about", self._about),
            ("GET", r"/machine", self._machine),
            ("POST", r"/uploads", self._upload),
            ("GET", rf"/signings/{ID}/{WHICH}\.pdf", self._document),
            ("GET", rf"/signings/{ID}/{WHICH}/pages", self._pages),
            ("GET", rf"/signings/{ID}/{WHICH}/pages/([0-9]{{1,4}})", self._page),
            ("GET", r"/messages", self._messages),
            ("GET", rf"/({'|'.join(stand_ins.ORDERS)})", self._stand_in),
            *(("POST", rf"/({n})/({'|'.join(orders)})", self._order) for n, orders in stand_ins.ORDERS.items()),
        )

    def answer(self, request: Request) -> Answer:
        """What this request asks for."""
        space, _, rest = request.path[1:].partition("/")
        path = f"/{rest}"
        if space == "api":
            return self._pass_on(request, path)
        if space == "console":
            for method, pattern, route in self._own:
                found = re.fullmatch(pattern, path)
                if found and method == request.method:
                    return route(request, *found.groups())
        raise Refusal(404, "the console has nothing at this path")

    def _pass_on(self, request: Request, path: str) -> Answer:
        """The API's own answer, whatever it is; the pages know its problems."""
        if not any(request.method == m and re.fullmatch(p, path) for m, p in API_CALLS):
            raise Refusal(404, "the console does not make this call")
        query = urlencode({k: v for k, v in request.query.items() if k in QUERY}, quote_via=quote)
        body = request.json(JSON_LIMIT) if request.size else None
        key = request.headers.get("idempotency-key")
        headers = {"Idempotency-Key": key} if key else {}
        answer = self._api().answer(request.method, path + (f"?{query}" if query else ""), body, headers)
        return Answer(answer.status_code, answer.headers.get("Content-Type", "application/json"), answer.content)

    def _about(self, _request: Request) -> Answer:
        connected = self._connect()
        return as_json(
            {
                "stack": connected.stack,
                "api_url": connected.place.api_url,
                "region": connected.place.region,
                "embedded": connected.local is not None,
            }
        )

    def _machine(self, _request: Request) -> Answer:
        return as_json(machine())

    def _upload(self, request: Request) -> Answer:
        """By way of a file: the size is known before, and a repeat reads again."""
        name = PurePath(unquote(request.headers.get("x-document-name", ""))).name
        if not name or request.headers.get("content-type") != "application/pdf":
            raise Refusal(400, "the document's name or type is missing")
        if request.size > UPLOAD_LIMIT:
            raise Refusal(413, "the document is over the limit", "Choose a smaller document.")
        api = self._api()
        offer = api.offer_upload(name, request.size)
        with self._documents.uploading() as file:
            left = request.size
            while left and request.body and (chunk := request.body.read(min(left, CHUNK))):
                left -= file.write(chunk)
            if left:
                raise Refusal(400, "the upload broke off", "Choose the document again.")
            file.flush()
            api.upload(offer, Path(file.name))
        return as_json({"upload_id": offer["upload_id"]}, 201)

    def _document(self, _request: Request, signing_id: str, which: str) -> Answer:
        return Answer(200, "application/pdf", self._documents.fetch(self._api(), signing_id, which))

    def _pages(self, _request: Request, signing_id: str, which: str) -> Answer:
        file = self._documents.fetch(self._api(), signing_id, which)
        try:
            count = page_count(file)
        except RenderingError as error:
            return _not_drawn(error)
        return as_json({"pages": count, "shown": min(count, PAGES_SHOWN)})

    def _page(self, _request: Request, signing_id: str, which: str, number: str) -> Answer:
        file = self._documents.fetch(self._api(), signing_id, which)
        try:
            return Answer(200, "image/png", page_image(file, int(number)))
        except RenderingError as error:
            return _not_drawn(error)

    def _messages(self, _request: Request) -> Answer:
        return as_json(embedded.messages(self._local()))

    def _stand_in(self, _request: Request, name: str) -> Answer:
        return as_json(stand_ins.look(self._local(), name))

    def _order(self, request: Request, name: str, what: str) -> Answer:
        order: dict[str, Any] = request.json(JSON_LIMIT)
        return as_json(stand_ins.order(self._local(), name, what, order))

    def _api(self) -> Api:
        return Api(self._connect().place)

    def _local(self) -> LocalStack:
        local = self._connect().local
        if local is None:
            raise Refusal(404, "only the embedded stack has this")
        return local


def _not_drawn(error: RenderingError) -> Answer:
    return problem(422, "NotDrawn", str(error), "nobody", "Download the document and look at it with a PDF viewer.")
