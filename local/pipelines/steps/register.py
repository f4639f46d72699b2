"""A step that registers a model: CreateModelPackage with the step's arguments, once per execution and step."""

from hashlib import sha256

from local.pipelines.attempt import Attempt

_TOKEN_LENGTH = 36
"""The most that CreateModelPackage takes."""


def run_register(attempt: Attempt) -> None:
    """Register the model; one that was registered by an attempt that nobody finished is found again."""
    identity = f"{attempt.execution.arn} {attempt.step.name}"
    token = sha256(identity.encode()).hexdigest()[:_TOKEN_LENGTH]
    arguments = attempt.arguments()
    attempt.tell("Executing")
    answer = attempt.account.client("sagemaker").create_model_package(**{"ClientToken": token, **arguments})
    attempt.tell("Executing", {"RegisterModel": {"Arn": answer["ModelPackageArn"]}})
