"""What functions get from the template, for programs on this machine that use the same parts."""

import os
from collections.abc import Mapping

from local.stack import State


def environment(state: State, outputs: Mapping[str, str], stack_name: str) -> dict[str, str]:
    """Environment variables under which `paraph.bootstrap` works on a stack of the emulator."""
    return {
        "AWS_ENDPOINT_URL": state.endpoint_url,
        "AWS_ACCESS_KEY_ID": state.access_key_id,
        "AWS_SECRET_ACCESS_KEY": state.secret_access_key,
        "AWS_DEFAULT_REGION": state.region,
        **settings(outputs, stack_name),
    }


def settings(outputs: Mapping[str, str], stack_name: str) -> dict[str, str]:
    """The settings of `paraph.config` from a stack's outputs."""
    return {
        "PARAPH_STACK_NAME": stack_name,
        "PARAPH_DOCUMENTS_BUCKET": outputs["DocumentsBucket"],
        "PARAPH_SIGNINGS_TABLE": outputs["SigningsTable"],
        "PARAPH_HUB_TABLE": outputs["HubTable"],
        "PARAPH_SECRETS_TABLE": outputs["SecretsTable"],
        "PARAPH_DATA_KEY_ID": outputs["DataKeyArn"],
        "PARAPH_STATE_MACHINE_ARN": outputs["StateMachineArn"],
        "PARAPH_EVENT_BUS": "default",
        "PARAPH_MAX_DOCUMENT_BYTES": "104857600",
    }


def enter(state: State, outputs: Mapping[str, str], stack_name: str) -> None:
    """Make this process one that works on the stack."""
    os.environ.update(environment(state, outputs, stack_name))
