"""The console's HTTP server: on the loopback address only, with headers that let pages do no more than they need."""

import shutil
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cli.console.documents import Documents
from cli.console.guard import Guard
from cli.console.messages import Answer, Refusal, Request, failed, problem
from cli.console.pages import Pages
from cli.console.routes import Connected, Routes
from cli.failures import Failure

LOOPBACK = "127.0.0.1"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class ConsoleServer(ThreadingHTTPServer):
    """Pages to everybody who knows its name, everything else to those with the token."""

    daemon_threads = True

    def __init__(
        self, port: int, token: str, connect: Callable[[], Connected], log: Callable[[str], None], pages: Pages
    ) -> None:
        self._documents = Documents()
        super().__init__((LOOPBACK, port), _Handler)
        self.log = log
        self._pages = pages
        self._guard = Guard(self.port, token)
        self._routes = Routes(connect, self._documents)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def answer(self, request: Request) -> Answer:
        """The answer to every request, also to bad ones."""
        try:
            self._guard.check_site(request)
            page = self._pages.find(request.path) if request.method == "GET" else None
            if page:
                return page
            self._guard.check_caller(request)
            return self._routes.answer(request)
        except Refusal as refusal:
            return refusal.answer
        except Failure as failure:
            return failed(failure)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 (a defect of one call must not end the program)
            self.log(f"{request.method} {request.path}: {type(error).__name__}")
            return problem(500, "Unexpected", "the console failed", "operator", "Look at the console's log.")

    def server_close(self) -> None:
        """Stop listening; leave no documents."""
        super().server_close()
        self._documents.close()


class _Handler(BaseHTTPRequestHandler):
    """Between sockets and `ConsoleServer.answer`."""

    server: ConsoleServer
    protocol_version = "HTTP/1.1"
    timeout = 120

    def do_GET(self) -> None:
        """Pages and looks."""
        self._serve()

    def do_POST(self) -> None:
        """Changes."""
        self._serve()

    def do_DELETE(self) -> None:
        """What ends."""
        self._serve()

    def version_string(self) -> str:
        """Nobody needs to know more."""
        return "paraph"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """The library would log whole lines; `_serve` logs what is safe to keep."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the library refuses by itself, in our form."""
        self.close_connection = True
        self._send(problem(int(code), "ConsoleRefusal", message or "the request cannot be read", "caller", ""))

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            self.send_error(411, "the request's length is missing")
            return
        if request.size:
            self.close_connection = True  # whatever is left of a refused body is no next request
        answer = self.server.answer(request)
        self.server.log(f"{request.method} {request.path} {answer.status}")
        self._send(answer)

    def _request(self) -> Request | None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal():
            return None
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers=headers,
            body=self.rfile,
            size=int(length),
        )

    def _send(self, answer: Answer) -> None:
        body = answer.body
        self.send_response(answer.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(body.stat().st_size if isinstance(body, Path) else len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if isinstance(body, Path):
            with body.open("rb") as file:
                shutil.copyfileobj(file, self.wfile)
        else:
            self.wfile.write(body)
