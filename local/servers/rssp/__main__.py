"""The RSSP as a server on a loopback address: ``python -m local.servers.rssp --url URL --folder FOLDER --pki URL``."""

import argparse
import logging
import sys
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from local.servers.rssp.rssp import Rssp
from local.servers.rssp.server import Server


def main() -> None:
    """Serve a new RSSP until stopped."""
    parser = argparse.ArgumentParser(prog="python -m local.servers.rssp", description=__doc__)
    parser.add_argument("--url", required=True, help="address to listen on, and to name in info and redirects")
    parser.add_argument("--folder", required=True, type=Path, help="where certificates are kept")
    parser.add_argument("--pki", required=True, help="address of the PKI stand-in, which issues the certificates")
    arguments = parser.parse_args()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s")
    address = urlsplit(arguments.url)
    server = Server(Rssp(arguments.url, arguments.folder, arguments.pki))
    # No access log: queries hold hashes and account tokens
    web.run_app(
        server.application(), host=address.hostname, port=address.port, print=None, access_log=None, shutdown_timeout=1
    )


if __name__ == "__main__":
    main()
