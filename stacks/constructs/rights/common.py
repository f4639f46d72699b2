"""Rights, and denials, that several kinds of people share."""

from aws_cdk import aws_iam

from stacks.constructs.permission_boundary import JOBS
from stacks.constructs.rights.estate import Estate

LEDGER_READS = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
]
"""Every way of reading a row."""

REGISTRY_READS = [
    "sagemaker:DescribeModelPackage",
    "sagemaker:DescribeModelPackageGroup",
    "sagemaker:ListModelPackages",
]


def read_registry(estate: Estate) -> aws_iam.PolicyStatement:
    """The versions of this environment's models, with their scores."""
    return aws_iam.PolicyStatement(
        sid="ReadRegistry",
        actions=REGISTRY_READS,
        resources=[estate.package_group, estate.packages],
    )


def see_metrics(estate: Estate) -> list[aws_iam.PolicyStatement]:
    """The dashboard and its alarms: numbers, no mail."""
    return [
        aws_iam.PolicyStatement(
            sid="SeeMetrics",
            actions=[
                "cloudwatch:DescribeAlarms",
                "cloudwatch:GetMetricData",
                "cloudwatch:GetMetricStatistics",
                "cloudwatch:ListDashboards",
                "cloudwatch:ListMetrics",
            ],
            # These actions know no resource, or are asked for many at once.
            resources=["*"],
        ),
        aws_iam.PolicyStatement(
            sid="SeeDashboard",
            actions=["cloudwatch:GetDashboard"],
            resources=[f"arn:aws:cloudwatch::{estate.config.account}:dashboard/{estate.config.own_name}"],
        ),
    ]


def read_pipeline(estate: Estate) -> list[aws_iam.PolicyStatement]:
    """The pipeline's executions and why one failed."""
    return [
        aws_iam.PolicyStatement(
            sid="ReadPipeline",
            actions=["sagemaker:DescribePipeline", "sagemaker:ListPipelineExecutions"],
            resources=[estate.pipeline],
        ),
        aws_iam.PolicyStatement(
            sid="ReadExecutions",
            actions=[
                "sagemaker:DescribePipelineDefinitionForExecution",
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:ListPipelineParametersForExecution",
            ],
            # Executions have generated ids.
            resources=[f"{estate.pipeline}/execution/*"],
        ),
    ]


def see_endpoint(estate: Estate) -> aws_iam.PolicyStatement:
    """Which version the endpoint serves."""
    return aws_iam.PolicyStatement(
        sid="SeeEndpoint",
        actions=["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"],
        # Models and configurations are named by CloudFormation.
        resources=[
            estate.arn("sagemaker", f"endpoint/{estate.config.own_name}"),
            estate.arn("sagemaker", "endpoint-config/*"),
            estate.arn("sagemaker", "model/*"),
        ],
    )


def see_deployment(estate: Estate) -> list[aws_iam.PolicyStatement]:
    """How the stack that carries the model stands, and what was turned back: `make models`, and before a decision."""
    stack = estate.config.named("inference")
    return [
        aws_iam.PolicyStatement(
            sid="SeeDeployment",
            actions=["cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks"],
            # A stack's ARN ends with an id that is new each time it is created.
            resources=[estate.arn("cloudformation", f"stack/{stack}/*")],
        ),
        aws_iam.PolicyStatement(
            sid="SeeRejections",
            actions=["ssm:GetParameter"],
            resources=[estate.arn("ssm", f"parameter{estate.config.rejections_parameter}")],
        ),
    ]


def approves_nothing() -> aws_iam.PolicyStatement:
    """Neither through the registry nor past it."""
    return aws_iam.PolicyStatement(
        sid="ApprovesNothing",
        effect=aws_iam.Effect.DENY,
        actions=["sagemaker:UpdateModelPackage", "ssm:PutParameter", "sagemaker:UpdateEndpoint"],
        # No model, parameter or endpoint, whatever its name.
        resources=["*"],
    )


def trains_nothing() -> aws_iam.PolicyStatement:
    """For whoever judges what others trained."""
    return aws_iam.PolicyStatement(
        sid="TrainsNothing",
        effect=aws_iam.Effect.DENY,
        actions=[*JOBS, "sagemaker:CreateModelPackage", "sagemaker:StartPipelineExecution"],
        # No job and no pipeline, whatever its name.
        resources=["*"],
    )


def no_mail_content(estate: Estate) -> list[aws_iam.PolicyStatement]:
    """No object of the exports and datasets, no row of the ledger, no query against the model."""
    deny = aws_iam.Effect.DENY
    return [
        aws_iam.PolicyStatement(
            sid="NoMails",
            effect=deny,
            # Whatever S3 offers to get at an object, or at a former version of one.
            actions=["s3:GetObject*"],
            # Every object of both buckets.
            resources=[estate.exports.arn_for_objects("*"), estate.datasets.arn_for_objects("*")],
        ),
        aws_iam.PolicyStatement(
            sid="NoLedgerRows",
            effect=deny,
            actions=LEDGER_READS,
            # The table and each of its indexes.
            resources=[estate.ledger.table_arn, f"{estate.ledger.table_arn}/index/*"],
        ),
        aws_iam.PolicyStatement(
            sid="NoQueries",
            effect=deny,
            actions=["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync"],
            # No endpoint, whatever its name.
            resources=["*"],
        ),
    ]
