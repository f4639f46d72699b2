"""A Lambda function as it is deployed, asked of the account itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError


@dataclass(frozen=True, kw_only=True)
class DeployedFunction:
    """``variables``: its environment, all references resolved. ``concurrency``: reserved executions, None for no limit.
    ``code_key``: the object's name in the account's asset bucket; ``code_sha256``: base64, as Lambda tells it."""

    name: str
    arn: str
    runtime: str
    handler: str
    timeout_seconds: float
    memory_mb: int
    concurrency: int | None
    variables: Mapping[str, str] = field(repr=False)
    code_key: str
    code_sha256: str


def read_function(credentials: Credentials, name: str) -> DeployedFunction:
    """The function ``name`` (a name or an ARN) of the account.

    Raises:
        EmulatorError: the account has no such function, or its code is no zip file in S3.
    """
    try:
        found = credentials.client("lambda").get_function(FunctionName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise EmulatorError(f"The account {credentials.account} has no function {name!r}.") from None
    configuration = found["Configuration"]
    location = found.get("Code", {}).get("Location", "")
    if not location:
        raise EmulatorError(f"The function {name!r} was not deployed from a zip file in S3.")
    return DeployedFunction(
        name=configuration["FunctionName"],
        arn=configuration["FunctionArn"],
        runtime=configuration["Runtime"],
        handler=configuration["Handler"],
        timeout_seconds=float(configuration["Timeout"]),
        memory_mb=configuration["MemorySize"],
        concurrency=found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        variables=configuration.get("Environment", {}).get("Variables", {}),
        # Lambda's own copy cannot be fetched from the emulator; its address ends with the asset's name.
        code_key=location.rpartition("/")[2],
        code_sha256=configuration["CodeSha256"],
    )
