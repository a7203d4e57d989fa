"""Running the console: in the foreground for any stack."""

import sys
from collections.abc import Callable

from cli.connection import connect, local_stack
from cli.console.guard import address, new_token
from cli.console.pages import Pages
from cli.console.routes import Connected
from cli.console.server import ConsoleServer
from cli.exits import Exit
from cli.failures import Failure
from cli.output import Output


def console(output: Output, api_url: str | None, stack: str, port: int) -> Exit:
    """Serve until Ctrl-C; the address holds the token, so it is printed and logged nowhere."""
    token = new_token()
    server = opened(port, token, connector(api_url, stack), lambda _: None)
    url = address(server.port, token)
    output.result({"url": url}, f"The console of {stack}: {url}")
    sys.stdout.flush()  # it may be a pipe, and nothing more comes
    output.note("The address is for you alone. Ctrl-C ends the console.")
    serve(server)
    return Exit.OK


def connector(api_url: str | None, stack: str) -> Callable[[], Connected]:
    """Connects once, so that mistakes show at the start; a local stack is looked up anew each time."""
    place = connect(api_url, stack)
    if not place.local:
        return lambda: Connected(place, stack)
    return lambda: Connected(connect(api_url, stack), stack, local_stack())


def opened(port: int, token: str, connect: Callable[[], Connected], log: Callable[[str], None]) -> ConsoleServer:
    """A server that listens."""
    pages = Pages()
    try:
        return ConsoleServer(port, token, connect, log, pages)
    except OSError:
        advice = "Choose another one with --port, or none to have a free one chosen."
        raise Failure(f"port {port} cannot be used", Exit.USAGE, "--port", advice) from None


def serve(server: ConsoleServer) -> None:
    """Answer until interrupted."""
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
