"""Principals and the parties they act for."""

import pytest

from paraph.api.callers import Callers, role_or_user_arn
from paraph.domain.configuration import Configuration, Owner
from paraph.domain.errors import NotConfigured, UnknownCaller

A = "123456789012"


def callers(*principals: str, operators: tuple[str, ...] = ()) -> Callers:
    owners = tuple(Owner(id=f"owner{i}", name="O", principals=(p,)) for i, p in enumerate(principals))
    return Callers(lambda: Configuration(owners=owners, operators=operators))


@pytest.mark.parametrize(
    ("arn", "normal"),
    [
        (f"arn:aws:sts::{A}:assumed-role/app/session", f"arn:aws:iam::{A}:role/app"),
        (f"arn:aws-cn:sts::{A}:assumed-role/app/session", f"arn:aws-cn:iam::{A}:role/app"),
        (f"arn:aws:iam::{A}:role/app", f"arn:aws:iam::{A}:role/app"),
        (f"arn:aws:iam::{A}:role/path/of/app", f"arn:aws:iam::{A}:role/app"),
        (f"arn:aws:iam::{A}:user/division/ada", f"arn:aws:iam::{A}:user/ada"),
        (f"arn:aws:iam::{A}:root", f"arn:aws:iam::{A}:root"),
        (f"arn:aws:sts::{A}:federated-user/ada", f"arn:aws:sts::{A}:federated-user/ada"),
    ],
)
def test_what_varies_in_an_arn_does_not_count(arn: str, normal: str) -> None:
    assert role_or_user_arn(arn) == normal


def test_a_session_acts_for_the_owner_of_its_role() -> None:
    caller = callers(f"arn:aws:iam::{A}:role/path/app").of(f"arn:aws:sts::{A}:assumed-role/app/anything")
    assert (caller.owner, caller.operator, caller.principal) == ("owner0", False, f"arn:aws:iam::{A}:role/app")


def test_a_configured_session_means_that_session_alone() -> None:
    known = callers(f"arn:aws:sts::{A}:assumed-role/app/nightly")
    assert known.of(f"arn:aws:sts::{A}:assumed-role/app/nightly").owner == "owner0"
    with pytest.raises(UnknownCaller):
        known.of(f"arn:aws:sts::{A}:assumed-role/app/other")


@pytest.mark.parametrize(
    "stranger",
    [
        None,
        "",
        f"arn:aws:iam::{A}:user/app",  # a user is no role
        "arn:aws:iam::999999999999:role/app",  # another account
        f"arn:aws:sts::{A}:assumed-role/app2/app",
        f"arn:aws:iam::{A}:role/app/app2",
    ],
)
def test_strangers_are_refused(stranger: str | None) -> None:
    with pytest.raises(UnknownCaller):
        callers(f"arn:aws:iam::{A}:role/app").of(stranger)


def test_an_operator_may_belong_to_no_owner() -> None:
    caller = callers(operators=(f"arn:aws:iam::{A}:user/olga",)).of(f"arn:aws:iam::{A}:user/olga")
    assert (caller.owner, caller.operator) == (None, True)
    assert caller.may_see(None)


def test_a_principal_of_two_owners_is_a_mistake_of_the_configuration() -> None:
    with pytest.raises(NotConfigured):
        callers(f"arn:aws:iam::{A}:role/app", f"arn:aws:iam::{A}:role/x/app").of(f"arn:aws:iam::{A}:role/app")
