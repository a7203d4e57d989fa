"""Addresses at signing services, from the function `redirect`: the page's own function knows no service's secret."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from paraph.domain.errors import LinkExpired, NothingAsked, ParaphError, Unavailable
from paraph.ports.redirects import RedirectOrder

_TOLD: tuple[type[ParaphError], ...] = (NothingAsked, LinkExpired)


class LambdaRedirects:
    """Implements `Redirects` by invoking a function and waiting for its answer."""

    def __init__(self, lambda_client: Any, function_name: str) -> None:
        self._lambda = lambda_client
        self._function_name = function_name

    def url(self, order: RedirectOrder) -> str:
        """A fresh address."""
        try:
            answer = self._lambda.invoke(FunctionName=self._function_name, Payload=order.model_dump_json())
            body = json.loads(answer["Payload"].read())
        except (ClientError, BotoCoreError):
            raise Unavailable("The signing service cannot be reached at this moment.") from None
        if "FunctionError" in answer:
            raise _error(str(body.get("errorMessage", "")))
        return str(body["url"])


def _error(message: str) -> ParaphError:
    """What the function raised; it tells the error's name and nothing else."""
    known = next((kind for kind in _TOLD if kind.__name__ == message), None)
    if known:
        return known("Nothing is asked of the signatory at this moment.")
    return Unavailable("The signing service cannot be reached at this moment.")
