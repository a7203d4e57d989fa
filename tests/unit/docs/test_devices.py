"""The page about devices says what the code does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from paraph.domain.authorisation import AUTHORISATION_SECONDS, CLAIM_SECONDS
from paraph.domain.configuration import Configuration, ServerType
from paraph.domain.devices import INVITATION_SECONDS, MOST_DEVICES
from paraph.domain.verification import KeyControl
from paraph.hub.authorisations import KEPT_SECONDS
from paraph.workflow.pending import FIRST_PAUSE_SECONDS, LATER_PAUSE_SECONDS

PAGE = (Path(__file__).parents[3] / "docs" / "devices.md").read_text()


def test_the_example_configuration_is_one() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    document = yaml.safe_load(text)
    document["owners"] = [{"id": "legal", "name": "Legal department"}]
    document["trust_anchors"] = ["pem"]
    document["timestamp_authorities"] = [{"name": "tsa", "url": "http://timestamp.example.org"}]
    document["signing_servers"][0]["capacities"][0]["certificate_chain"] = ()
    (server,) = Configuration.model_validate(document).signing_servers
    assert server.type is ServerType.DEVICE


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("| an invitation | {} hours |", timedelta(seconds=INVITATION_SECONDS) / timedelta(hours=1)),
        ("| a request to approve, from Sign on | {} minutes |", AUTHORISATION_SECONDS / 60),
        ("| an approval, for whoever fetches it | {} minutes more than the request |", CLAIM_SECONDS / 60),
        ("| polling | every {} seconds, after half a minute", FIRST_PAUSE_SECONDS),
        ("after half a minute every {} |", LATER_PAUSE_SECONDS),
        ("requests that led to nothing go after {} days", timedelta(seconds=KEPT_SECONDS) / timedelta(days=1)),
    ],
)
def test_times_are_those_of_the_code(said: str, meant: float) -> None:
    assert said.format(int(meant)) in PAGE


def test_limits_and_words_are_those_of_the_code() -> None:
    assert MOST_DEVICES == 10
    assert "Ten devices may be registered at a time." in PAGE
    assert f"`key_control`: `{KeyControl.RELEASED_BY_DEVICE}`" in PAGE
