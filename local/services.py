"""Remote signing services of a configuration, played by the stand-ins: their addresses, secrets and redirects."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3

from local.servers import eideasy, rssp
from local.stack import State
from paraph import bootstrap
from paraph.domain.configuration import Configuration, SigningServer
from paraph.domain.rssp import RsspConnection
from paraph.hub.configuring import hook_secret, service_secret

RETURN_PATH = "return"


def played(plain: Configuration, state: State) -> Configuration:
    """The configuration with the stand-in's address in the place of every service's."""
    servers = tuple(_at_stand_in(server, state) for server in plain.signing_servers)
    return plain.model_copy(update={"signing_servers": servers})


def _at_stand_in(server: SigningServer, state: State) -> SigningServer:
    if server.eideasy:
        url = state.servers["eideasy"]["url"]
        connection = server.eideasy.model_copy(update={"url": url, "client_id": eideasy.access(url)[0]})
        return server.model_copy(update={"eideasy": connection})
    if server.rssp is None:
        return server
    url = f"{state.servers['rssp']['url']}{urlsplit(server.rssp.url).path}"
    return server.model_copy(update={"rssp": server.rssp.model_copy(update={"url": url})})


def introduce(configured: Configuration, state: State, page_url: str | None) -> None:
    """Keep the stand-ins' secrets where functions look for them, and tell them where browsers and hooks go."""
    for server in configured.signing_servers:
        if server.eideasy:
            _introduce_eideasy(server.name, state.servers["eideasy"]["url"], page_url)
    connections = [(s.name, s.rssp) for s in configured.signing_servers if s.rssp]
    if not connections:
        return
    known = rssp.addresses(state.servers["rssp"]["url"])
    for name, connection in connections:
        _keep(f"{os.environ['PARAPH_STACK_NAME']}/{service_secret(name)}", _secret(connection, known))
    if page_url:
        let_return(configured, state, page_url)


def let_return(configured: Configuration, state: State, page_url: str) -> None:
    """Let the remote signing service send browsers back to a signatory's page."""
    for connection in (s.rssp for s in configured.signing_servers if s.rssp):
        if connection.client_id:
            url = state.servers["rssp"]["url"]
            rssp.register_redirect(url, connection.client_id, f"{page_url}{RETURN_PATH}")


def _introduce_eideasy(name: str, url: str, page_url: str | None) -> None:
    _keep(f"{os.environ['PARAPH_STACK_NAME']}/{service_secret(name)}", eideasy.access(url)[1])
    eideasy.set_signing_time(url, signing_time=False)  # no PAdES baseline level allows it (EN 319 142-1 §6.3)
    if page_url:
        hook = bootstrap.party_secrets().read(hook_secret(name))
        eideasy.set_webhooks(url, f"{page_url}eideasy/{hook}/digest", f"{page_url}eideasy/{hook}/signed")


def _secret(connection: RsspConnection, known: Mapping[str, Any]) -> str:
    by_client = {client["client_id"]: client["client_secret"] for client in known["clients"]}
    by_user = {user["user_id"]: user["password"] for user in known["users"]}
    return str(by_client.get(connection.client_id) or by_user[connection.user_name])


def _keep(name: str, value: str) -> None:
    manager = boto3.client("secretsmanager")
    key = os.environ["PARAPH_DATA_KEY_ID"]
    try:
        manager.create_secret(Name=name, SecretString=value, KmsKeyId=key)
    except manager.exceptions.ResourceExistsException:
        manager.put_secret_value(SecretId=name, SecretString=value)
