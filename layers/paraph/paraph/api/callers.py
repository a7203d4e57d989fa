"""From the IAM principal that signed a request to the owner or operator it acts for."""

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from paraph.domain.caller import Caller
from paraph.domain.configuration import Owner
from paraph.domain.errors import NotConfigured, UnknownCaller

_ASSUMED_ROLE = re.compile(r"^arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<name>[^/]+)/[^/]+$")
_NAMED = re.compile(r"^(?P<head>arn:[^:]+:iam::\d{12}:(?:user|role))/(?:.*/)?(?P<name>[^/]+)$")


class Parties(Protocol):
    """Whose principals are known; `Configuration` is one."""

    @property
    def owners(self) -> Sequence[Owner]:
        """Every owner, with its principals."""
        ...

    @property
    def operators(self) -> Sequence[str]:
        """ARNs of principals that see every owner's signings."""
        ...


def role_or_user_arn(arn: str) -> str:
    """The ARN without what varies: a session becomes its role, and the path goes (names are unique in an account).

    The ARN of an assumed role never shows the role's path, so the path cannot take part in a comparison (IAM User
    Guide, "IAM identifiers").
    """
    if session := _ASSUMED_ROLE.match(arn):
        return f"arn:{session['partition']}:iam::{session['account']}:role/{session['name']}"
    if named := _NAMED.match(arn):
        return f"{named['head']}/{named['name']}"
    return arn


def _acts_as(configured: str, arn: str) -> bool:
    """Whether the request's ARN is the configured one; a configured session means that session alone."""
    if _ASSUMED_ROLE.match(configured):
        return configured == arn
    return role_or_user_arn(configured) == role_or_user_arn(arn)


class Callers:
    """Looks callers up among the configured owners and operators."""

    def __init__(self, parties: Callable[[], Parties]) -> None:
        """`parties` gives the configuration as it is now; it is asked once a call."""
        self._parties = parties

    def of(self, user_arn: str | None) -> Caller:
        """The caller behind `requestContext.identity.userArn`.

        Raises UnknownCaller, or NotConfigured if the configuration gives the principal to several owners.
        """
        if not user_arn:
            raise UnknownCaller("the request is not signed by an IAM principal")
        parties = self._parties()
        owners = [o.id for o in parties.owners if any(_acts_as(p, user_arn) for p in o.principals)]
        operator = any(_acts_as(p, user_arn) for p in parties.operators)
        if len(owners) > 1:
            raise NotConfigured("the principal belongs to several owners", principal=role_or_user_arn(user_arn))
        if not owners and not operator:
            raise UnknownCaller("the principal belongs to no owner", principal=role_or_user_arn(user_arn))
        return Caller(owner=owners[0] if owners else None, operator=operator, principal=role_or_user_arn(user_arn))
