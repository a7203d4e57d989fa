"""Where the API is, and with whose credentials it is called."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cli.exits import Exit
from cli.failures import Failure

if TYPE_CHECKING:
    import boto3.session
    from botocore.credentials import Credentials

STATE_FILE = Path(".local") / "stack.json"
CHECKOUT = Path(__file__).resolve().parent.parent
API_OUTPUT = "ApiUrl"
WAYS = (
    "Name the API with --api-url or PARAPH_API_URL, start a local stack with `paraph local up`, "
    "or name a deployed stack with --stack (AWS credentials and region as for the AWS CLI)."
)

_REGION = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$")


@dataclass(frozen=True)
class LocalStack:
    """The embedded stack of this checkout, as its state file tells."""

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    stacks: Mapping[str, Mapping[str, str]]
    servers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """An API, and how requests to it are signed."""

    api_url: str
    region: str
    credentials: "Credentials"
    local: bool = False


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its outputs, and the embedded stack it lives in, if it does."""

    name: str
    outputs: Mapping[str, str]
    local: LocalStack | None = None


def local_stack(file: Path | None = None) -> LocalStack | None:
    """The embedded stack that a state file tells of, if one was started; this checkout's, unless told."""
    file = file or CHECKOUT / STATE_FILE
    try:
        state = json.loads(file.read_text())
        return LocalStack(
            endpoint_url=state["endpoint_url"],
            region=state["region"],
            access_key_id=state["access_key_id"],
            secret_access_key=state["secret_access_key"],
            stacks=state["stacks"],
            servers=state.get("servers", {}),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        advice = "Run `paraph local down` and `paraph local up`."
        raise Failure("the local stack's state cannot be read", Exit.UNAVAILABLE, str(file), advice) from None


def connect(api_url: str | None, stack: str, local: LocalStack | None = None) -> Place:
    """The API that a command talks to.

    In this order: the address given; the local stack, if it has a deployment of this name; CloudFormation's outputs.
    """
    local = local or local_stack()
    if api_url:
        return _at(api_url.rstrip("/"), local)
    deployment = find_deployment(stack, local)
    if API_OUTPUT not in deployment.outputs:
        raise Failure(
            f"the stack {stack} has no output {API_OUTPUT}", Exit.NOT_FOUND, "CloudFormation", WAYS, "operator"
        )
    return _at(deployment.outputs[API_OUTPUT].rstrip("/"), deployment.local)


def find_deployment(stack: str, local: LocalStack | None = None) -> Deployment:
    """The outputs of a deployed stack: in the embedded stack, else in the AWS account."""
    local = local or local_stack()
    if local and stack in local.stacks:
        return Deployment(stack, local.stacks[stack], local)
    return Deployment(stack, _outputs(stack))


def _at(api_url: str, local: LocalStack | None) -> Place:
    if not re.match(r"https?://[^/]", api_url):
        raise Failure(f"{api_url} is no http(s) address", Exit.USAGE, "--api-url", WAYS)
    if local and _origin(api_url) == _origin(local.endpoint_url):
        from botocore.credentials import Credentials

        credentials = Credentials(local.access_key_id, local.secret_access_key)
        return Place(api_url, local.region, credentials, local=True)
    return _with_own_credentials(api_url)


def _origin(url: str) -> tuple[str, int | None]:
    """Host and port; the local stack goes by two names."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return "127.0.0.1" if host == "localhost" else host, parts.port


def _with_own_credentials(api_url: str) -> Place:
    """Credentials as the AWS CLI finds them."""
    session = _session()
    credentials = session.get_credentials()
    if credentials is None:
        raise Failure(
            "there are no AWS credentials",
            Exit.NOT_ALLOWED,
            where="environment and AWS configuration files",
            advice="Log in (`aws sso login`, `aws configure`) or set AWS_PROFILE.",
        )
    host = urlsplit(api_url).hostname or ""
    named = _REGION.search(host)
    region = named[1] if named else session.region_name
    if not region:
        raise Failure("the API's region is not known", Exit.USAGE, host, "Set AWS_REGION.")
    return Place(api_url, region, credentials)


def _session() -> "boto3.session.Session":
    import boto3.session
    from botocore.exceptions import BotoCoreError

    try:
        return boto3.session.Session()
    except BotoCoreError as error:
        raise Failure(str(error), Exit.USAGE, "AWS configuration", "Check AWS_PROFILE.") from None


def _outputs(stack: str) -> dict[str, str]:
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

    try:
        stacks = _session().client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except (NoCredentialsError, NoRegionError) as error:
        raise Failure(f"no API was named, and AWS cannot be asked: {error}", Exit.USAGE, "", WAYS) from None
    except ClientError as error:
        raise _refused_by_cloudformation(stack, error.response) from None
    except BotoCoreError as error:
        raise Failure(f"AWS does not answer: {error}", Exit.UNAVAILABLE, "CloudFormation", WAYS) from None
    return {o["OutputKey"]: o["OutputValue"] for o in stacks[0].get("Outputs", [])}


def _refused_by_cloudformation(stack: str, response: Any) -> Failure:
    said = response.get("Error", {})
    if said.get("Code") == "ValidationError":
        return Failure(f"there is no stack named {stack}", Exit.NOT_FOUND, "CloudFormation", WAYS)
    return Failure(str(said.get("Message")), Exit.NOT_ALLOWED, "CloudFormation", "Use other credentials (AWS_PROFILE).")
