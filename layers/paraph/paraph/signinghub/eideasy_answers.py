"""What SigningHub answers before eID Easy's widget is shown, as far as it is read (contract: SigningHub §11.3)."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from paraph.domain.eideasy import ACTION_TYPE, Address, DocId, OfferedMethod
from paraph.ports.eideasy_operations import EidEasyPrepared
from paraph.signinghub.answers import Answer, Text, Words, objects
from paraph.signinghub.paths import eideasy_name


class EidEasyAnswer(Answer):
    """With the names of §11."""

    model_config = ConfigDict(alias_generator=eideasy_name)


class MethodAnswer(EidEasyAnswer):
    """What is said of a method beside its name."""

    action_type: Text = None
    countries: Words = Field(default_factory=list)


class HandedInAnswer(EidEasyAnswer):
    """Pre eID Easy Signing (§11.3)."""

    transaction_id: str = Field(min_length=1)
    doc_id: DocId = Field(repr=False)
    method_names: Words = Field(default_factory=list)
    methods: Annotated[list[MethodAnswer], BeforeValidator(objects)] = Field(default_factory=list)
    client_id: str = Field(min_length=1)
    api_endpoint: Address
    country_code: Text = None

    @property
    def prepared(self) -> EidEasyPrepared:
        """With our words."""
        return EidEasyPrepared(
            transaction_id=self.transaction_id,
            doc_id=self.doc_id,
            methods=tuple(self._offered()),
            client_id=self.client_id,
            api_endpoint=self.api_endpoint,
            country_code=self.country_code or None,
        )

    def _offered(self) -> Iterator[OfferedMethod]:
        """Those whose names are ones; the widget ignores any other as well."""
        countries = {method.action_type: method.countries for method in self.methods}
        for name in self.method_names:
            if re.fullmatch(ACTION_TYPE, name):
                yield OfferedMethod(action_type=name, countries=tuple(countries.get(name, ())))


HANDED_IN = TypeAdapter(HandedInAnswer)
