"""A second stack of the same template that plays a SigningHub installation: its `hub_api` is driven over HTTP."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from local.certificates import configure
from local.environment import enter
from local.stack import Stack
from paraph.domain.configuration import Configuration, Integration, SigningHubInstallation
from paraph.domain.levels import ConformanceLevel

STACK_NAME = "installation"
CLIENT_ID = "paraph"
API_KEY = "signinghub/client"


@dataclass(frozen=True)
class Installation:
    """Where it is, and with which secrets its accounts authenticate."""

    url: str
    secrets: dict[str, str]

    @property
    def origin(self) -> str:
        """What a stack's AllowedPrivateOrigins must name."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def install(stack: Stack, plain: Configuration) -> Installation:
    """Deploy and configure the second stack with the parties and signing servers of a configuration, in its own right.

    SigningHub's API names no conformance level: its signing servers sign at the highest, which every profile accepts.
    """
    state = stack.start()
    outputs = stack.deploy(STACK_NAME)
    enter(state, outputs, STACK_NAME)
    owner = plain.owners[0].id
    configure(
        plain.model_copy(
            update={
                "profiles": (),
                "integrations": (Integration(client_id=CLIENT_ID, owner=owner),),
                "signing_servers": tuple(
                    server.model_copy(
                        update={
                            "capacities": tuple(
                                c.model_copy(update={"conformance_level": ConformanceLevel.B_LTA})
                                for c in server.capacities
                            )
                        }
                    )
                    for server in plain.signing_servers
                ),
            }
        ),
        state,
        outputs["SignatoryPageUrl"],
    )
    named = {API_KEY: f"integrations/{CLIENT_ID}"}
    named |= {f"signinghub/signatories/{s.id}": f"signatories/{s.id}" for s in plain.signatories}
    manager = stack.client("secretsmanager")
    read = {ours: manager.get_secret_value(SecretId=f"{STACK_NAME}/{theirs}") for ours, theirs in named.items()}
    return Installation(outputs["HubApiUrl"], {name: answer["SecretString"] for name, answer in read.items()})


def connected(plain: Configuration, installation: Installation) -> Configuration:
    """The configuration of a stack that signs at the installation: no signing servers of its own."""
    reached = SigningHubInstallation(url=installation.url, client_id=CLIENT_ID)
    return plain.model_copy(update={"signing_servers": (), "integrations": (), "signinghub": reached})


def hand_over_secrets(stack: Stack, stack_name: str, installation: Installation) -> None:
    """Put the installation's secrets where the stack's functions look for them, as its operator would."""
    manager = stack.client("secretsmanager")
    key = stack.outputs(stack_name)["DataKeyArn"]
    known = {s["Name"] for page in manager.get_paginator("list_secrets").paginate() for s in page["SecretList"]}
    for name, value in installation.secrets.items():
        secret = f"{stack_name}/{name}"
        if secret in known:
            manager.put_secret_value(SecretId=secret, SecretString=value)
        else:
            manager.create_secret(Name=secret, SecretString=value, KmsKeyId=key)
