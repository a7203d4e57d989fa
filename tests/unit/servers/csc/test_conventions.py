"""Settings of a connection: named providers, and what belongs to which way in."""

from typing import Any

import pytest
from pydantic import ValidationError

from paraph.domain.rssp import PROVIDERS, HashEncoding, RsspConnection

SETTINGS = {"url": "https://rssp.example/csc/v2", "version": "v2", "service_authorization": "none"}


def connection(**members: Any) -> RsspConnection:
    """One that opens without the API."""
    return RsspConnection.model_validate(SETTINGS | members)


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_a_known_providers_name_stands_for_its_conventions(name: str) -> None:
    named = connection(conventions=name)
    assert named.conventions == PROVIDERS[name]
    assert named.conventions != connection().conventions
    assert RsspConnection.model_validate_json(named.model_dump_json()) == named


def test_an_unknown_providers_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="eparaksts"):
        connection(conventions="acme")


def test_without_conventions_it_is_the_standards() -> None:
    conventions = connection().conventions
    assert (conventions.oauth_hash_encoding, conventions.json_hash_encoding) == (
        HashEncoding.BASE64URL,
        HashEncoding.BASE64,
    )


@pytest.mark.parametrize(
    ("members", "needs"),
    [
        ({}, False),
        ({"client_id": "paraph"}, True),
        ({"service_authorization": "client_credentials", "client_id": "paraph"}, True),
        ({"service_authorization": "login", "user_name": "jane"}, True),
    ],
)
def test_a_secret_belongs_to_a_client_and_to_a_login(members: dict[str, Any], needs: bool) -> None:
    assert connection(**members).needs_secret is needs


@pytest.mark.parametrize("url", ["ftp://x/csc/v1", "https://x/csc/v1?a=b", "https://x/csc/v1#a", "https://x y/"])
def test_the_address_is_one_of_the_web_without_a_query(url: str) -> None:
    with pytest.raises(ValidationError):
        connection(url=url)
