"""Keeps a deployment from taking the approved model away.

CloudFormation writes a parameter whole when any of its template text changes, value and all: the approved version's
ARN would become the `none` that the parameter began with, and the endpoint's stack, deployed next, would delete the
endpoint.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from config.environment import EnvironmentConfig
from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError

NO_MODEL = "none"
PARAMETER_KEY = "ApprovedModel"
"""The parameter of the inference template that CloudFormation resolves from the SSM parameter."""


@dataclass(frozen=True, kw_only=True)
class ApprovedModel:
    """A version's ARN, ``none``, or None where nothing is deployed: ``wanted`` is what the SSM parameter says,
    ``served`` what the inference stack was last deployed with."""

    wanted: str | None
    served: str | None

    @property
    def version(self) -> str | None:
        """The version that must not get lost; ``served`` counts after a deployment that ended half-way."""
        return next((value for value in (self.wanted, self.served) if value not in (None, NO_MODEL)), None)


def look(account: Account, config: EnvironmentConfig) -> ApprovedModel:
    """What the account says before a deployment.

    Raises:
        AccountError: it refuses to say.
    """
    with in_one_sentence("The approved model cannot be read"):
        return ApprovedModel(wanted=_wanted(account, config), served=_served(account, config.named("inference")))


def put_back(account: Account, config: EnvironmentConfig, before: ApprovedModel) -> str | None:
    """Put the version of ``before`` back if the parameter now says ``none`` and the registry still calls it approved.

    Returns the version that was put back, if one was.

    Raises:
        AccountError: these credentials may not, or the account refuses to say; the endpoint's stack must not be
            deployed then.
    """
    name, version = config.approved_model_parameter, before.version
    with in_one_sentence("The approved model cannot be read"):
        # Somebody may have rejected it meanwhile, and `none` is then what the deploy function wrote.
        if version is None or _wanted(account, config) != NO_MODEL or not _is_approved(account, version):
            return None
    try:
        account.client("ssm").put_parameter(Name=name, Value=version, Overwrite=True)
    except ClientError as error:
        raise AccountError(
            f"Stopped before the endpoint would be deleted: {name} says none, {version} is approved, and these "
            f"credentials may not put it back ({error.response['Error']['Code']}); an administrator of the account "
            f"sets the parameter to that version, then deploy again."
        ) from error
    return version


def _wanted(account: Account, config: EnvironmentConfig) -> str | None:
    try:
        found = account.client("ssm").get_parameter(Name=config.approved_model_parameter)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise
    return str(found["Parameter"]["Value"])


def _served(account: Account, stack_name: str) -> str | None:
    try:
        stack = account.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        # CloudFormation has no code of its own for a stack that is not there.
        if error.response["Error"]["Code"] == "ValidationError" and "does not exist" in str(error):
            return None
        raise
    parameters: dict[str, dict[str, Any]] = {one["ParameterKey"]: one for one in stack.get("Parameters", ())}
    return parameters.get(PARAMETER_KEY, {}).get("ResolvedValue")


def _is_approved(account: Account, version: str) -> bool:
    try:
        package = account.client("sagemaker").describe_model_package(ModelPackageName=version)
    except ClientError as error:
        # SageMaker says ValidationException of a version that was deleted.
        if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
            return False
        raise
    return bool(package["ModelApprovalStatus"] == "Approved")
