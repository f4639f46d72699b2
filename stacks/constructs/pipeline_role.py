"""The role of the pipeline itself: it starts jobs and registers what passed the gate."""

from collections.abc import Sequence

from aws_cdk import Stack, aws_iam, aws_kms, aws_s3
from constructs import Construct

from stacks.constructs import job_rights
from stacks.constructs.job_guards import job_guards
from stacks.constructs.model_registry import ModelRegistry
from stacks.constructs.service_role import ServiceRole
from stacks.pipeline import prefixes


class PipelineRole(ServiceRole):
    """May hand ``job_roles`` to jobs, and register a model with ``approval_status`` and no other; it cannot change the
    status of a registered one, so where a person approves, it cannot approve."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job_roles: Sequence[aws_iam.IRole],
        registry: ModelRegistry,
        approval_status: str,
        artefacts: aws_s3.IBucket,
        data_key: aws_kms.IKey,
    ) -> None:
        stack = Stack.of(scope)
        prefix = f"arn:aws:sagemaker:{stack.region}:{stack.account}"
        # What a pipeline calls its jobs: pipelines-EXECUTION-STEP-RANDOM.
        jobs = [f"{prefix}:training-job/pipelines-*", f"{prefix}:processing-job/pipelines-*"]
        versions = [registry.group_arn, registry.package_arn_pattern]
        statements = [
            aws_iam.PolicyStatement(
                sid="RunJobs",
                actions=[
                    "sagemaker:AddTags",
                    "sagemaker:CreateProcessingJob",
                    "sagemaker:CreateTrainingJob",
                    "sagemaker:DescribeProcessingJob",
                    "sagemaker:DescribeTrainingJob",
                    "sagemaker:StopProcessingJob",
                    "sagemaker:StopTrainingJob",
                ],
                resources=jobs,
            ),
            aws_iam.PolicyStatement(
                sid="HandOverRoles",
                actions=["iam:PassRole"],
                resources=[role.role_arn for role in job_roles],
                conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            ),
            aws_iam.PolicyStatement(
                sid="Register",
                actions=["sagemaker:CreateModelPackage"],
                # Every version of this one group.
                resources=versions,
                conditions={"StringEquals": {"sagemaker:ModelApprovalStatus": approval_status}},
            ),
            aws_iam.PolicyStatement(
                sid="ReadRegistry",
                actions=[
                    "sagemaker:AddTags",
                    "sagemaker:DescribeModelPackage",
                    "sagemaker:DescribeModelPackageGroup",
                ],
                # Every version of this one group.
                resources=versions,
            ),
            aws_iam.PolicyStatement(
                sid="NeverApproveLater",
                effect=aws_iam.Effect.DENY,
                actions=["sagemaker:UpdateModelPackage"],
                # A denial: it is to hold for every group.
                resources=["*"],
            ),
            # The verdict of the gate, and the archive that it registers.
            *job_rights.read_objects("Results", artefacts, prefixes.GATES, prefixes.EVALUATIONS, prefixes.MODELS),
            *job_rights.use_key(data_key),
            *job_guards(),
        ]
        super().__init__(
            scope,
            construct_id,
            service="sagemaker.amazonaws.com",
            statements=statements,
            description=f"The pipeline {registry.group_name}",
        )
