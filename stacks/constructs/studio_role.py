"""What the apps of a data scientist may do: read prepared data, experiment inside the network, never approve."""

from collections.abc import Sequence

from aws_cdk import Stack, aws_ec2, aws_iam, aws_kms, aws_s3
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.service_role import ServiceRole

EXPERIMENTS = "experiments"
"""Folder of the artefacts bucket that Studio may write."""

_REGISTRY_WRITES = [
    "sagemaker:CreateModelPackage",
    "sagemaker:DeleteModelPackage",
    "sagemaker:DeleteModelPackageGroup",
    "sagemaker:PutModelPackageGroupPolicy",
    "sagemaker:UpdateModelPackage",
]


class StudioRole(ServiceRole):
    """The execution role of all user profiles.

    Jobs start in ``vpc``'s isolated subnets alone, encrypted, without any network of their own, on the instance types
    of the pipeline, and run with ``training_role``. Who a call came from is in the trail as its source identity.
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
        log_group_arn: str,
        training_role: aws_iam.IRole,
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
                *_jobs(arn, config, vpc, key, training_role),
                *_reading(arn, config.own_name),
                *_logs(scope, log_group_arn),
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
        aws_iam.PolicyStatement(
            sid="WriteExperiments",
            actions=["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
            # One folder; models and reports of the pipeline lie beside it.
            resources=[artefacts.arn_for_objects(f"{EXPERIMENTS}/*")],
        ),
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
        # SageMaker encrypts the volumes of spaces and jobs with a grant in the caller's name.
        # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-access-control-kms-key.html
        aws_iam.PolicyStatement(
            sid="VolumeGrants",
            actions=["kms:CreateGrant"],
            resources=[key.key_arn],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
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
                "sagemaker:ListApps",
                "sagemaker:ListDomains",
                "sagemaker:ListSpaces",
                "sagemaker:ListUserProfiles",
            ],
            # The listing actions know no narrower resource, and ids are made with the domain.
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
            resources=[f"{arn}:{kind}/*" for kind in ("app", "processing-job", "training-job")],
            conditions={
                "StringEquals": {
                    "sagemaker:TaggingAction": ["CreateApp", "CreateProcessingJob", "CreateTrainingJob"],
                }
            },
        ),
    ]


def _jobs(
    arn: str, config: EnvironmentConfig, vpc: aws_ec2.IVpc, key: aws_kms.IKey, training_role: aws_iam.IRole
) -> list[aws_iam.PolicyStatement]:
    # A job's name is chosen when it starts; the prefix sets experiments apart from the pipeline's own jobs.
    jobs = [f"{arn}:{kind}/{config.named('experiment')}-*" for kind in ("processing-job", "training-job")]
    subnets = [subnet.subnet_id for subnet in vpc.isolated_subnets]
    return [
        aws_iam.PolicyStatement(
            sid="StartExperiments",
            actions=["sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob"],
            resources=jobs,
            conditions={
                "Bool": {"sagemaker:NetworkIsolation": "true"},
                "ArnEquals": {"sagemaker:VolumeKmsKey": key.key_arn, "sagemaker:OutputKmsKey": key.key_arn},
                # "For all values" holds for none as well: the second condition asks that there are some.
                "ForAllValues:StringEquals": {
                    "sagemaker:VpcSubnets": subnets,
                    "sagemaker:InstanceTypes": sorted(
                        {config.training.instance_type, config.training.processing_instance_type}
                    ),
                },
                "Null": {"sagemaker:VpcSubnets": "false", "sagemaker:VpcSecurityGroupIds": "false"},
            },
        ),
        aws_iam.PolicyStatement(
            sid="StopExperiments",
            actions=["sagemaker:StopProcessingJob", "sagemaker:StopTrainingJob"],
            resources=jobs,
        ),
        aws_iam.PolicyStatement(
            sid="PassTrainingRole",
            actions=["iam:PassRole"],
            resources=[training_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
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
            sid="ListJobs",
            actions=[
                "sagemaker:ListModelPackageGroups",
                "sagemaker:ListPipelines",
                "sagemaker:ListProcessingJobs",
                "sagemaker:ListTrainingJobs",
            ],
            # Listing knows no resource.
            resources=["*"],
        ),
    ]


def _logs(scope: Construct, log_group_arn: str) -> list[aws_iam.PolicyStatement]:
    stack = Stack.of(scope)
    logs = f"arn:aws:logs:{stack.region}:{stack.account}:log-group:/aws/sagemaker"
    return [
        aws_iam.PolicyStatement(
            sid="WriteAppLogs",
            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            # The streams of this one group.
            resources=[log_group_arn],
        ),
        aws_iam.PolicyStatement(
            sid="ReadJobLogs",
            actions=["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
            # Each job writes streams of its own.
            resources=[f"{logs}/{kind}Jobs:*" for kind in ("Processing", "Training")],
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
