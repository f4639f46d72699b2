"""A function's code: the asset that the CDK uploaded, unpacked."""

import base64
import hashlib
import io
import shutil
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.runtime.deployed_function import DeployedFunction

# https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
_TOOLKIT, _ASSETS = "CDKToolkit", "StagingBucket"


def unpack_code(credentials: Credentials, function: DeployedFunction, folder: Path) -> Path:
    """The folder, below ``folder``, with the function's code; fetched only if it is not there yet.

    Raises:
        EmulatorError: the account's asset bucket does not hold the code that Lambda was given.
    """
    digest = base64.b64decode(function.code_sha256)
    unpacked = folder / f"{function.name}-{digest.hex()[:16]}"
    if unpacked.is_dir():
        return unpacked.resolve()
    content = _download(credentials, function)
    if hashlib.sha256(content).digest() != digest:
        raise EmulatorError(f"The asset {function.code_key} is not the code that {function.name} was deployed with.")
    part = unpacked.with_name(f"{unpacked.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(part)  # its digest is Lambda's, so it is what was synthesized
    part.replace(unpacked)
    return unpacked.resolve()


def _download(credentials: Credentials, function: DeployedFunction) -> bytes:
    try:
        bucket = credentials.client("cloudformation").describe_stack_resource(
            StackName=_TOOLKIT, LogicalResourceId=_ASSETS
        )["StackResourceDetail"]["PhysicalResourceId"]
        found = credentials.client("s3").get_object(Bucket=bucket, Key=function.code_key)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise EmulatorError(f"The code of {function.name} cannot be fetched from the asset bucket ({code}).") from None
    content: bytes = found["Body"].read()
    return content
