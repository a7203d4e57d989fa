"""An API on a socket: HTTP becomes API Gateway's events, and answers become HTTP again."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

STAGE = "/hub"
"""A stage of API Gateway: in the address, and not in what the function sees."""

Resolve = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
Identity = dict[str, str]


def nobody(_headers: Mapping[str, str]) -> Identity:
    """Requests that no IAM principal signed."""
    return {}


@contextmanager
def served(
    resolve: Resolve, stage: str = STAGE, identity: Callable[[Mapping[str, str]], Identity] = nobody
) -> Iterator[str]:
    """The API's address, as long as it is served; `identity` says who a request with these headers comes from."""
    named = {"resolve": staticmethod(resolve), "identity": staticmethod(identity)}
    handler = type("Handler", (_Handler,), {**named, "stage": stage, "one_at_a_time": Lock()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{stage}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Each request is an event of its own."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body go out together
    disable_nagle_algorithm = True
    resolve: Resolve
    identity: Callable[[Mapping[str, str]], Identity]
    stage: str
    one_at_a_time: Lock

    def _answer(self) -> None:
        event = self._event(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        with self.one_at_a_time:
            answer = self.resolve(event, LambdaContext())
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        self.send_response(answer["statusCode"])
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            for value in values:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 (the names that http.server calls)
    do_HEAD = do_PATCH = do_OPTIONS = do_TRACE = do_QUERY = _answer  # noqa: N815

    def _event(self, body: bytes) -> dict[str, Any]:
        """As a REST API with the binary type */* makes it (API Gateway, proxy integration, payload 1.0)."""
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        context = {
            "requestId": "request",
            "stage": self.stage.strip("/"),
            "identity": self.identity(dict(self.headers)),
        }
        return {
            "resource": "/{proxy+}",
            "path": parts.path.removeprefix(self.stage),
            "httpMethod": self.command,
            "headers": dict(self.headers.items()),
            "multiValueHeaders": {name: self.headers.get_all(name) for name in self.headers},
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "requestContext": context,
            "body": base64.b64encode(body).decode() if body else None,
            "isBase64Encoded": bool(body),
        }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
