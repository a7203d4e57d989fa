"""Where the API is, and whose credentials are used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from typer.testing import Result

from cli import connection
from cli.connection import connect
from cli.exits import Exit
from cli.failures import Failure
from tests.unit.cli.conftest import API_URL, World

LOCAL_API = "http://localhost:4566/restapis/abc/v1/_user_request_"
STATE = {
    "endpoint_url": "http://127.0.0.1:4566",
    "logs": "logs",
    "region": "eu-central-1",
    "account_id": "123456789012",
    "access_key_id": "123456789012",
    "secret_access_key": "local",
    "stacks": {"paraph": {"ApiUrl": LOCAL_API}},
}


class Session:
    """An AWS session with these stacks."""

    region_name = "eu-west-1"

    def __init__(self, answer: Any, credentials: object = "mine") -> None:
        self.answer, self.credentials = answer, credentials

    def client(self, _service: str) -> "Session":
        return self

    def get_credentials(self) -> object:
        return self.credentials

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803
        if isinstance(self.answer, Exception):
            raise self.answer
        outputs = [{"OutputKey": k, "OutputValue": v} for k, v in self.answer[StackName].items()]
        return {"Stacks": [{"Outputs": outputs}]}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, world: World) -> Callable[..., None]:
    def has(answer: Any, credentials: object = "mine") -> None:
        monkeypatch.setattr(connection, "_session", lambda: Session(answer, credentials))

    return has


@pytest.fixture
def local_state(world: World, tmp_path: Path) -> Path:
    file = tmp_path / "checkout" / ".local" / "stack.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(STATE))
    return file


def test_an_address_that_is_given_counts_first(local_state: Path) -> None:
    place = connect(API_URL + "/", "paraph")
    assert (place.api_url, place.region, place.local) == (API_URL, "eu-central-1", False)
    assert place.credentials.access_key == "AKIAEXAMPLE"


def test_then_the_local_stack_with_its_own_credentials(local_state: Path) -> None:
    place = connect(None, "paraph")
    assert (place.api_url, place.local, place.credentials.secret_key) == (LOCAL_API, True, "local")


def test_the_local_stacks_address_may_be_given_too(local_state: Path) -> None:
    assert connect("http://127.0.0.1:4566/restapis/abc/v1/_user_request_", "paraph").local
    assert not connect(API_URL, "paraph").local


def test_then_the_stack_in_the_account(local_state: Path, aws: Callable[..., None]) -> None:
    aws({"production": {"ApiUrl": "https://x.execute-api.us-gov-west-1.amazonaws.com/v1"}})
    place = connect(None, "production")
    assert (place.region, place.local, str(place.credentials)) == ("us-gov-west-1", False, "mine")


def test_a_domain_of_ones_own_is_in_the_sessions_region(aws: Callable[..., None]) -> None:
    aws({"p": {"ApiUrl": "https://sign.example.org"}})
    assert connect(None, "p").region == "eu-west-1"


NO_STACK = ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("answer", "code"),
    [(NO_STACK, Exit.NOT_FOUND), (DENIED, Exit.NOT_ALLOWED), (NoCredentialsError(), Exit.USAGE), ({"p": {}}, 3)],
)
def test_what_cannot_be_found_says_which_ways_there_are(aws: Callable[..., None], answer: object, code: Exit) -> None:
    aws(answer)
    with pytest.raises(Failure) as failure:
        connect(None, "p")
    assert failure.value.exit_code == code
    assert failure.value.advice


def test_without_credentials_nothing_is_sent(aws: Callable[..., None]) -> None:
    aws({"p": {"ApiUrl": API_URL}}, credentials=None)
    with pytest.raises(Failure) as failure:
        connect(None, "p")
    assert failure.value.exit_code is Exit.NOT_ALLOWED


@pytest.mark.parametrize("address", ["sign.example.org", "ftp://sign.example.org", "https://"])
def test_an_address_is_a_web_address(world: World, address: str) -> None:
    with pytest.raises(Failure) as failure:
        connect(address, "paraph")
    assert failure.value.exit_code is Exit.USAGE


def test_a_broken_state_file_is_explained(local_state: Path) -> None:
    local_state.write_text("{")
    with pytest.raises(Failure) as failure:
        connect(None, "paraph")
    assert "paraph local up" in failure.value.advice


def test_a_local_stack_that_is_gone_is_explained(
    local_state: Path, world: World, paraph: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARAPH_API_URL")
    result = paraph("list")  # nothing answers at the local address: `responses` refuses the connection
    assert result.exit_code == 5
    assert "paraph local up" in result.stderr


def test_secrets_do_not_show(local_state: Path) -> None:
    assert "local'" not in repr(connection.local_stack())
