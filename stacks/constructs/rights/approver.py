"""Whoever decides which model serves: reads reports, approves or rejects, and trains nothing."""

from aws_cdk import aws_iam

from stacks.constructs.rights.common import (
    no_mail_content,
    read_pipeline,
    read_registry,
    see_deployment,
    see_endpoint,
    see_metrics,
    trains_nothing,
)
from stacks.constructs.rights.estate import Estate
from stacks.constructs.rights.experiments import see_experiments
from stacks.pipeline.prefixes import EVALUATIONS, GATES
from stacks.pipeline.register import REGISTERED


def approver(estate: Estate) -> list[aws_iam.PolicyStatement]:
    """Rights of the role ``mailroom-ENV-approver``."""
    return [
        read_registry(estate),
        aws_iam.PolicyStatement(
            sid="Approve",
            actions=["sagemaker:UpdateModelPackage"],
            # Every version of this one group.
            resources=[estate.packages],
            # A decision, and none of the facts that the registration wrote. For what else the call can change, the
            # archive above all, IAM has no keys: the function `deploy` holds it against these facts.
            conditions={
                "StringEquals": {"sagemaker:ModelApprovalStatus": ["Approved", "Rejected"]},
                "Null": {
                    "sagemaker:CustomerMetadataPropertiesToRemove": "true",
                    **{f"sagemaker:CustomerMetadataProperties/{name}": "true" for name in REGISTERED},
                },
            },
        ),
        aws_iam.PolicyStatement(sid="FindReports", actions=["s3:ListBucket"], resources=[estate.artefacts.bucket_arn]),
        aws_iam.PolicyStatement(
            sid="ReadReports",
            actions=["s3:GetObject"],
            # Every run's scores, and the gate's word on them.
            resources=[estate.artefacts.arn_for_objects(f"{prefix}/*") for prefix in (EVALUATIONS, GATES)],
        ),
        estate.key_through(estate.data_key, "s3", "kms:Decrypt"),
        *read_pipeline(estate),
        *see_experiments(estate.config),
        see_endpoint(estate),
        *see_deployment(estate),
        *see_metrics(estate),
        trains_nothing(),
        *no_mail_content(estate),
    ]
