"""Answers of the eID Easy calls (contract §11)."""

from pydantic import ConfigDict, Field

from paraph.api.signinghub.assumed import eideasy_name
from paraph.api.signinghub.model import View
from paraph.domain.eideasy import OfferedMethod
from paraph.ports.eideasy_operations import EidEasyPrepared


class EidEasyView(View):
    """With the names of §11."""

    model_config = ConfigDict(alias_generator=eideasy_name)


class MethodConfig(EidEasyView):
    """Whom a method is for, as eID Easy says it of its methods."""

    action_type: str
    countries: tuple[str, ...]

    @classmethod
    def of(cls, method: OfferedMethod) -> "MethodConfig":
        """From what eID Easy offers."""
        return cls(**method.model_dump())


class HandedIn(EidEasyView):
    """The answer of Pre eID Easy Signing (§11.3): what the widget needs."""

    transaction_id: str
    doc_id: str = Field(repr=False)
    method_names: tuple[str, ...]
    methods: tuple[MethodConfig, ...]
    client_id: str
    api_endpoint: str
    country_code: str | None = None

    @classmethod
    def of(cls, prepared: EidEasyPrepared) -> "HandedIn":
        """From the hub's answer."""
        return cls(
            **prepared.model_dump(exclude={"methods"}),
            method_names=tuple(method.action_type for method in prepared.methods),
            methods=tuple(MethodConfig.of(method) for method in prepared.methods),
        )
