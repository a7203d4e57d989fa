"""A push service on a loopback address: ``python -m local.servers.push --url URL``."""

import argparse
from urllib.parse import urlsplit

from aiohttp import web

from local.servers.push.control import Control
from local.servers.push.faults import Faults
from local.servers.push.http import middleware
from local.servers.push.server import Server
from local.servers.push.subscriptions import Subscriptions


def application(url: str) -> web.Application:
    """The service and its control."""
    subscriptions, faults = Subscriptions(), Faults()
    made = web.Application(middlewares=[middleware])
    made.add_routes(
        [*Server(url, subscriptions, faults).routes(), *Control(url, subscriptions, faults).routes()],
    )
    return made


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m local.servers.push", description=__doc__)
    parser.add_argument("--url", required=True, help="address to listen on, and to begin endpoints with")
    parser.add_argument("--folder", help="not used: nothing is kept; every stand-in is told one")
    parser.add_argument("--pki", help="not used: nothing is certified; every stand-in is told one")
    arguments = parser.parse_args()
    address = urlsplit(arguments.url)
    # No access log: whoever knows an endpoint can read its messages here
    web.run_app(
        application(arguments.url),
        host=address.hostname,
        port=address.port,
        print=None,
        shutdown_timeout=1,
        access_log=None,
    )


if __name__ == "__main__":
    main()
