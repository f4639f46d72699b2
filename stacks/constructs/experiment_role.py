"""What a data scientist's experiment may do: the pipeline's training, with a folder of its own."""

from aws_cdk import Stack, aws_kms, aws_s3
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs import job_rights
from stacks.constructs.service_role import ServiceRole
from stacks.pipeline import prefixes

EXPERIMENTS = "experiments"
"""Folder of the artefacts bucket that data scientists and their experiments may write."""
_NAME = "experiment"


def experiment_role_arn(config: EnvironmentConfig) -> str:
    """ARN of the role, for whoever hands it to a job."""
    return f"arn:aws:iam::{config.account}:role/{config.named(_NAME)}"


class ExperimentRole(ServiceRole):
    """``mailroom-ENV-experiment``, the role of training jobs that are started from Studio or from a laptop.

    Not the pipeline's: that one writes the folder in which the registered models lie, and whoever may hand it to a job
    could put another file in the place of an approved one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        datasets: aws_s3.IBucket,
        artefacts: aws_s3.IBucket,
        key: aws_kms.IKey,
    ) -> None:
        stack = Stack.of(scope)
        super().__init__(
            scope,
            construct_id,
            service="sagemaker.amazonaws.com",
            statements=[
                *job_rights.use_key(key),
                *job_rights.run_container(stack.region, stack.account, job_rights.TRAINING_LOGS),
                *job_rights.read_objects("Dataset", datasets, prefixes.PREPARED),
                *job_rights.read_objects("Weights", artefacts, prefixes.BASE_MODELS, EXPERIMENTS),
                *job_rights.write_objects("Experiments", artefacts, EXPERIMENTS),
            ],
            description="Training jobs that data scientists start",
            role_name=config.named(_NAME),
        )
