"""Bodies of the eID Easy calls (contract §11)."""

from typing import Annotated

from pydantic import ConfigDict, Field

from paraph.api.signinghub.assumed import eideasy_name
from paraph.api.signinghub.bodies.rssp import Name
from paraph.api.signinghub.bodies.signing import Signing
from paraph.api.signinghub.model import Body, FieldName, OrBlank
from paraph.domain.eideasy import Address

NAMES = ConfigDict(alias_generator=eideasy_name)


class EidEasyHandIn(Signing):
    """The body of Pre eID Easy Signing (§11.3)."""

    model_config = NAMES

    signing_server: Name
    redirect_url: Annotated[Address | None, OrBlank] = Field(default=None, repr=False)


class EidEasyEmbedding(Body):
    """The body of Post eID Easy Signing (§11.5)."""

    model_config = NAMES

    transaction_id: Name
    field_name: FieldName
    skip_verification: bool = False
