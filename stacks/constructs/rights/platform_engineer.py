"""Whoever keeps it running: sees everything but the mail, deploys, and changes what runs only by way of the stacks."""

from aws_cdk import aws_iam

from stacks.constructs.bootstrap import Bootstrap
from stacks.constructs.rights.common import (
    approves_nothing,
    no_mail_content,
    read_pipeline,
    read_registry,
    see_endpoint,
    see_metrics,
)
from stacks.constructs.rights.deployment import deployment
from stacks.constructs.rights.estate import Estate
from stacks.pipeline.prefixes import BASE_MODELS, MODELS, REPACKED


def platform_engineer(estate: Estate, *, bootstrap: Bootstrap) -> list[aws_iam.PolicyStatement]:
    """Rights of the role ``mailroom-ENV-platform-engineer``."""
    return [
        *_stacks(estate),
        *deployment(estate.config, bootstrap),
        *_weights(estate),
        *_logs(estate),
        *see_metrics(estate),
        aws_iam.PolicyStatement(
            sid="SilenceAlarms",
            actions=["cloudwatch:DisableAlarmActions", "cloudwatch:EnableAlarmActions", "cloudwatch:SetAlarmState"],
            # Every alarm of this environment.
            resources=[estate.arn("cloudwatch", f"alarm:{estate.config.named('*')}")],
        ),
        *read_pipeline(estate),
        read_registry(estate),
        *_running(estate),
        *_queues(estate),
        *_airflow(estate),
        approves_nothing(),
        *no_mail_content(estate),
    ]


def _stacks(estate: Estate) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="OwnStacks",
            actions=[
                "cloudformation:CancelUpdateStack",
                "cloudformation:DescribeStackResourceDrifts",
                "cloudformation:DetectStackDrift",
            ],
            # Any stack of this environment; a stack's id ends with characters of CloudFormation's own.
            resources=[estate.arn("cloudformation", f"stack/{estate.config.named('*')}")],
        ),
        aws_iam.PolicyStatement(
            sid="ListStacks",
            actions=["cloudformation:DescribeStackDriftDetectionStatus", "cloudformation:ListStacks"],
            # Listing is asked of the account.
            resources=["*"],
        ),
    ]


def _weights(estate: Estate) -> list[aws_iam.PolicyStatement]:
    # `make stage-base-model`, and `make repack`: mended inference code around a model's weights, for an approver to
    # decide on.
    return [
        # Without it, a file that is not there looks like one that is forbidden.
        aws_iam.PolicyStatement(sid="FindWeights", actions=["s3:ListBucket"], resources=[estate.artefacts.bucket_arn]),
        aws_iam.PolicyStatement(
            sid="ReadWeights",
            actions=["s3:GetObject"],
            # Every base model, and every run's archive.
            resources=[estate.artefacts.arn_for_objects(f"{prefix}/*") for prefix in (BASE_MODELS, MODELS)],
        ),
        aws_iam.PolicyStatement(
            sid="WriteWeights",
            actions=["s3:PutObject"],
            # Every base model.
            resources=[estate.artefacts.arn_for_objects(f"{BASE_MODELS}/*")],
        ),
        # Once: what an approver has decided on must stay what it was. `make repack` sends it whole, so the parts of an
        # upload, which cannot carry the header, are not let in either.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        aws_iam.PolicyStatement(
            sid="WriteRepackedOnce",
            actions=["s3:PutObject"],
            # A folder for each repacked model: not what training has written.
            resources=[estate.artefacts.arn_for_objects(f"{REPACKED}/*")],
            conditions={"Null": {"s3:if-none-match": "false"}},
        ),
        estate.key_through(estate.data_key, "s3", "kms:Decrypt", "kms:GenerateDataKey"),
        aws_iam.PolicyStatement(
            sid="RegisterRepacked",
            actions=["sagemaker:CreateModelPackage"],
            # Every version of this one group.
            resources=[estate.package_group, estate.packages],
            # Never one that is approved with it.
            conditions={"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}},
        ),
    ]


def _logs(estate: Estate) -> list[aws_iam.PolicyStatement]:
    config = estate.config
    # The functions', the network's, the API's, the endpoint's and Airflow's groups. None holds what a mail says.
    groups = (
        f"/aws/lambda/{config.named('*')}",
        f"/mailroom/{config.name}/*",
        f"/aws/sagemaker/Endpoints/{config.own_name}*",
        f"airflow-{config.own_name}-*",
    )
    return [
        aws_iam.PolicyStatement(
            sid="ReadLogs",
            actions=[
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:GetLogGroupFields",
                "logs:StartQuery",
            ],
            # Each group with all of its streams.
            resources=[estate.arn("logs", f"log-group:{group}") for group in groups],
        ),
        aws_iam.PolicyStatement(
            sid="FindLogs",
            actions=[
                "logs:DescribeLogGroups",
                "logs:DescribeMetricFilters",
                "logs:GetQueryResults",
                "logs:StopQuery",
            ],
            # These are asked of the account, or of a query's id.
            resources=["*"],
        ),
    ]


def _running(estate: Estate) -> list[aws_iam.PolicyStatement]:
    config = estate.config
    return [
        see_endpoint(estate),
        aws_iam.PolicyStatement(
            sid="SeeTables",
            actions=["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"],
            resources=[estate.ledger.table_arn],
        ),
        aws_iam.PolicyStatement(
            sid="SeeGateway",
            actions=["apigateway:GET"],
            # The API's id is generated; its keys are left out, since they let their holder classify.
            resources=[f"arn:aws:apigateway:{config.region}::/restapis*"],
        ),
        aws_iam.PolicyStatement(
            sid="SeeFunctionsAndNetwork",
            actions=[
                "ec2:DescribeFlowLogs",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcs",
                "lambda:GetFunctionConfiguration",
                "lambda:ListEventSourceMappings",
                "lambda:ListFunctions",
            ],
            # Describing a network knows no resource, listing functions is asked of the account; and a role has 10,240
            # characters for all of its statements.
            resources=["*"],
        ),
    ]


def _queues(estate: Estate) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="ReturnDeadLetters",
            actions=[
                "sqs:CancelMessageMoveTask",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListMessageMoveTasks",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
                "sqs:StartMessageMoveTask",
            ],
            # This environment's queues: events of the registry and the schedule, no mail.
            resources=[estate.arn("sqs", estate.config.named("*"))],
        ),
        estate.key_through(estate.data_key, "sqs", "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def _airflow(estate: Estate) -> list[aws_iam.PolicyStatement]:
    name = estate.config.own_name
    return [
        aws_iam.PolicyStatement(
            sid="SeeAirflow",
            actions=["airflow:GetEnvironment"],
            resources=[estate.arn("airflow", f"environment/{name}")],
        ),
        aws_iam.PolicyStatement(
            sid="OpenAirflow",
            # Op: starts and clears runs; it cannot read or change connections and users.
            actions=["airflow:CreateWebLoginToken"],
            resources=[estate.arn("airflow", f"role/{name}/Op")],
        ),
    ]
