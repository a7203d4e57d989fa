"""Handlers, theme by theme: a request in, the hub called, an answer out."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.call import Call
from paraph.api.signinghub.request import Request

Handler = Callable[[Request], Response[Any]]
Routes = Mapping[Call, Handler]
