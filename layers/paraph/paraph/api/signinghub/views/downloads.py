"""Bytes in JSON answers (contract §6.5)."""

from pydantic import Field

from paraph.api.signinghub.assumed import BASE64_MEMBER
from paraph.api.signinghub.model import View


class Base64(View):
    """The answer of the /base64 calls (§6.5)."""

    content: str = Field(alias=BASE64_MEMBER)
