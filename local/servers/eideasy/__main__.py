"""eID Easy on a loopback address: ``python -m local.servers.eideasy --url URL --folder FOLDER --pki URL``."""

import argparse
from pathlib import Path
from urllib.parse import urlsplit

import requests
from aiohttp import web

from local.servers.eideasy.card import CardReader
from local.servers.eideasy.control import Control
from local.servers.eideasy.documents import Documents
from local.servers.eideasy.faults import Faults
from local.servers.eideasy.http import middleware
from local.servers.eideasy.pages import Pages
from local.servers.eideasy.server import Server
from local.servers.eideasy.signatories import Registry
from local.servers.eideasy.signing import Signings
from local.servers.eideasy.webhooks import Webhooks


def application(url: str, folder: Path, pki: str, time_scale: float) -> web.Application:
    """The service and its control."""
    time_stamping = requests.get(f"{pki}/control", timeout=10).json()["tsa_one_url"]
    faults, documents, registry = Faults(), Documents(folder), Registry(pki)
    signings = Signings(url, time_stamping, registry, Webhooks(faults, time_scale), faults)
    parts = (
        Server(documents, signings, faults),
        Pages(documents, signings, CardReader(registry), faults),
        Control(url, documents, signings, faults),
    )
    made = web.Application(middlewares=[middleware(faults)])
    made.add_routes([route for part in parts for route in part.routes()])
    return made


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m local.servers.eideasy", description=__doc__)
    parser.add_argument("--url", required=True, help="address to listen on")
    parser.add_argument("--folder", required=True, type=Path, help="where client ids and secrets are kept")
    parser.add_argument("--pki", required=True, help="address of the PKI stand-in")
    parser.add_argument("--time-scale", type=float, default=0.001, help="what becomes of a second between tries")
    arguments = parser.parse_args()
    address = urlsplit(arguments.url)
    made = application(arguments.url, arguments.folder, arguments.pki, arguments.time_scale)
    web.run_app(made, host=address.hostname, port=address.port, print=None, shutdown_timeout=1, access_log=None)


if __name__ == "__main__":
    main()
