"""What the apps of a data scientist may do: read prepared data, experiment inside the network, never approve."""

from collections.abc import Sequence

from aws_cdk import Stack, aws_ec2, aws_iam, aws_kms, aws_s3
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.job_rights import PROCESSING_LOGS, TRAINING_LOGS
from stacks.constructs.rights.experiments import (
    encrypt_volumes,
    see_experiments,
    start_experiments,
    write_experiments,
)
from stacks.constructs.service_role import ServiceRole

STUDIO_LOGS = "/aws/sagemaker/studio"
"""SageMaker's own name; it cannot be chosen."""

_REGISTRY_WRITES = [
    "sagemaker:CreateModelPackage",
    "sagemaker:DeleteModelPackage",
    "sagemaker:DeleteModelPackageGroup",
    "sagemaker:PutModelPackageGroupPolicy",
    "sagemaker:UpdateModelPackage",
]


class StudioRole(ServiceRole):
    """The execution role of all user profiles.

    Experiments are training jobs in ``vpc``'s isolated subnets, encrypted, without any network of their own, on the
    pipeline's instance type and with the experiments' own role. Who a call came from is in the trail as its source
    identity.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        vpc: aws_ec2.IVpc,
        datasets: aws_s3.IBucket,
        artefacts: aws_s3.IBucket,
        key: aws_kms.IKey,
        mlflow_app_arn: str | None,
    ) -> None:
        arn = f"arn:aws:sagemaker:{Stack.of(scope).region}:{Stack.of(scope).account}"
        super().__init__(
            scope,
            construct_id,
            service="sagemaker.amazonaws.com",
            statements=[
                *_data(datasets, artefacts),
                *_encryption(key, Stack.of(scope).region),
                *_own_space(arn, config.studio.code_editor_instance_type),
                *start_experiments(config, vpc=vpc, key=key),
                *see_experiments(config),
                *_reading(arn, config.own_name),
                *_logs(scope),
                *_mlflow(mlflow_app_arn),
                aws_iam.PolicyStatement(
                    sid="NeverApproves",
                    effect=aws_iam.Effect.DENY,
                    actions=_REGISTRY_WRITES,
                    # Whatever else may ever be attached to this role: no version of any model.
                    resources=["*"],
                ),
            ],
            description=f"Rights of the Studio apps of data scientists, {config.name}",
        )
        self.assume_role_policy.add_statements(
            aws_iam.PolicyStatement(
                actions=["sts:SetSourceIdentity"],
                principals=[
                    aws_iam.ServicePrincipal(
                        "sagemaker.amazonaws.com",
                        conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
                    )
                ],
            )
        )


def _data(datasets: aws_s3.IBucket, artefacts: aws_s3.IBucket) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="ListData", actions=["s3:ListBucket"], resources=[datasets.bucket_arn, artefacts.bucket_arn]
        ),
        aws_iam.PolicyStatement(
            sid="ReadData",
            actions=["s3:GetObject"],
            # All prepared datasets, models and reports; raw exports are in another bucket.
            resources=[datasets.arn_for_objects("*"), artefacts.arn_for_objects("*")],
        ),
        write_experiments(artefacts),
    ]


def _encryption(key: aws_kms.IKey, region: str) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="DataKey",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
        ),
        aws_iam.PolicyStatement(
            sid="DescribeDataKey",
            actions=["kms:DescribeKey"],
            resources=[key.key_arn],
        ),
        encrypt_volumes(key),
    ]


def _own_space(arn: str, instance_type: str) -> list[aws_iam.PolicyStatement]:
    # Policy variables: SageMaker fills in the domain and profile that the call comes from.
    owner = {
        "sagemaker:OwnerUserProfileArn": f"{arn}:user-profile/${{sagemaker:DomainId}}/${{sagemaker:UserProfileName}}"
    }
    private = {"sagemaker:SpaceSharingType": "Private"}
    return [
        aws_iam.PolicyStatement(
            sid="SeeStudio",
            actions=[
                "sagemaker:DescribeApp",
                "sagemaker:DescribeDomain",
                "sagemaker:DescribeSpace",
                "sagemaker:DescribeUserProfile",
            ],
            # Ids are made with the domain.
            resources=[f"{arn}:{kind}/*" for kind in ("app", "domain", "space", "user-profile")],
        ),
        aws_iam.PolicyStatement(
            sid="RunOwnApp",
            actions=["sagemaker:CreateApp", "sagemaker:DeleteApp"],
            # Apps are named when they start; the conditions leave those of the caller's own private space, on the
            # configured machine ("system" is the type that stands for none).
            resources=[f"{arn}:app/*"],
            conditions={
                "ArnLike": owner,
                "StringEquals": private,
                "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": [instance_type, "system"]},
            },
        ),
        aws_iam.PolicyStatement(
            sid="ChangeOwnSpace",
            actions=["sagemaker:UpdateSpace"],
            # Of all spaces the caller's own.
            resources=[f"{arn}:space/*"],
            conditions={"ArnLike": owner, "StringEquals": private},
        ),
        aws_iam.PolicyStatement(
            sid="TagWhatStarts",
            actions=["sagemaker:AddTags"],
            # Only in the call that makes them: the domain's tags go on to apps and jobs.
            resources=[f"{arn}:{kind}/*" for kind in ("app", "training-job")],
            conditions={"StringEquals": {"sagemaker:TaggingAction": ["CreateApp", "CreateTrainingJob"]}},
        ),
    ]


def _reading(arn: str, name: str) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="SeeModelsAndRuns",
            actions=[
                "sagemaker:DescribeEndpoint",
                "sagemaker:DescribeModelPackage",
                "sagemaker:DescribeModelPackageGroup",
                "sagemaker:DescribePipeline",
                "sagemaker:DescribePipelineExecution",
                "sagemaker:DescribeProcessingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:ListModelPackages",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:ListPipelineExecutions",
                "sagemaker:ListPipelineParametersForExecution",
            ],
            resources=[
                f"{arn}:endpoint/{name}",
                f"{arn}:model-package-group/{name}",
                # Versions are counted.
                f"{arn}:model-package/{name}/*",
                f"{arn}:pipeline/{name}",
                # Executions and jobs get their names when they start.
                f"{arn}:pipeline/{name}/execution/*",
                f"{arn}:processing-job/*",
                f"{arn}:training-job/*",
            ],
        ),
        aws_iam.PolicyStatement(
            sid="ListWhatThereIs",
            actions=[
                "sagemaker:ListApps",
                "sagemaker:ListDomains",
                "sagemaker:ListModelPackageGroups",
                "sagemaker:ListPipelines",
                "sagemaker:ListProcessingJobs",
                "sagemaker:ListSpaces",
                "sagemaker:ListTrainingJobs",
                "sagemaker:ListUserProfiles",
            ],
            # Listing knows no resource.
            resources=["*"],
        ),
    ]


def _logs(scope: Construct) -> list[aws_iam.PolicyStatement]:
    stack = Stack.of(scope)
    logs = f"arn:aws:logs:{stack.region}:{stack.account}:log-group"
    return [
        aws_iam.PolicyStatement(
            sid="WriteAppLogs",
            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            # The streams of this one group: an app's, named by SageMaker.
            resources=[f"{logs}:{STUDIO_LOGS}:*"],
        ),
        aws_iam.PolicyStatement(
            sid="ReadJobLogs",
            actions=["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
            # Each job writes streams of its own.
            resources=[f"{logs}:{name}:*" for name in (PROCESSING_LOGS, TRAINING_LOGS)],
        ),
    ]


def _mlflow(app_arn: str | None) -> Sequence[aws_iam.PolicyStatement]:
    if app_arn is None:
        return []
    return [
        aws_iam.PolicyStatement(
            sid="UseMlflow",
            actions=[
                "sagemaker:CallMlflowAppApi",
                "sagemaker:CreatePresignedMlflowAppUrl",
                "sagemaker:DescribeMlflowApp",
            ],
            resources=[app_arn],
        )
    ]
