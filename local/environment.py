"""What functions get from the template, for programs on this machine that use the same parts."""

import os
from collections.abc import Mapping

from cli.configuration import SETTINGS
from local.stack import State


def environment(state: State, outputs: Mapping[str, str], stack_name: str) -> dict[str, str]:
    """Environment variables under which `paraph.bootstrap` works on a stack of the emulator."""
    return {
        "AWS_ENDPOINT_URL": state.endpoint_url,
        "AWS_ACCESS_KEY_ID": state.access_key_id,
        "AWS_SECRET_ACCESS_KEY": state.secret_access_key,
        "AWS_DEFAULT_REGION": state.region,
        "PARAPH_STACK_NAME": stack_name,
        **{setting: outputs[output] for setting, output in SETTINGS.items()},
    }


def enter(state: State, outputs: Mapping[str, str], stack_name: str) -> None:
    """Make this process one that works on the stack, with nothing left of one that it worked on before."""
    from paraph import bootstrap, config
    from paraph.aws import clients

    os.environ.update(environment(state, outputs, stack_name))
    for module in (bootstrap, config, clients):
        for part in vars(module).values():
            if hasattr(part, "cache_clear"):
                part.cache_clear()
