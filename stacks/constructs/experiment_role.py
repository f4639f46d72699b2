"""What a data scientist's experiment may do: the pipeline's training, with a folder of its own."""

from aws_cdk import Stack, aws_kms, aws_s3
from constructs import Construct

from stacks.constructs import job_rights
from stacks.constructs.service_role import ServiceRole
from stacks.pipeline import prefixes

EXPERIMENTS = "experiments"
"""Folder of the artefacts bucket that Studio and its experiments may write."""


class ExperimentRole(ServiceRole):
    """The role of training jobs that are started from Studio.

    Not the pipeline's: that one writes the folder in which the registered models lie, and whoever may hand it to a job
    could put another file in the place of an approved one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
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
            description="Training jobs that data scientists start from Studio",
        )
