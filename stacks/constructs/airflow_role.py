"""What Airflow may do: run itself, and what its DAGs call."""

from aws_cdk import Stack, aws_iam, aws_kms, aws_s3
from constructs import Construct

from stacks.constructs.service_role import ServiceRole

# The namespace that Airflow's own metrics are written to.
# https://docs.aws.amazon.com/mwaa/latest/userguide/access-metrics-cw.html
METRICS_NAMESPACE = "AmazonMWAA"


class AirflowRole(ServiceRole):
    """The execution role of the environment ``environment_name``.

    The part that Airflow itself needs follows AWS's policy for an environment with a customer-managed key:
    https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html#mwaa-create-role-json
    ``statements`` are what its DAGs call.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment_name: str,
        bucket: aws_s3.IBucket,
        key: aws_kms.IKey,
        statements: list[aws_iam.PolicyStatement],
    ) -> None:
        environment_arn = Stack.of(scope).format_arn(
            service="airflow", resource="environment", resource_name=environment_name
        )
        trust = {"ArnLike": {"aws:SourceArn": environment_arn}}
        super().__init__(
            scope,
            construct_id,
            service="airflow.amazonaws.com",
            statements=[
                *_environment_statements(scope, environment_name, environment_arn),
                *_storage_statements(scope, bucket, key),
                *statements,
            ],
            description=f"Rights of the Airflow environment {environment_name} and its DAGs",
            trust_conditions=trust,
        )
        # Scheduler and workers take the role on by a second principal.
        self.assume_role_policy.add_statements(
            aws_iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                principals=[
                    aws_iam.ServicePrincipal(
                        "airflow-env.amazonaws.com",
                        conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}, **trust},
                    )
                ],
            )
        )


def _environment_statements(scope: Construct, name: str, arn: str) -> list[aws_iam.PolicyStatement]:
    stack = Stack.of(scope)
    return [
        aws_iam.PolicyStatement(sid="OwnHealth", actions=["airflow:PublishMetrics"], resources=[arn]),
        aws_iam.PolicyStatement(
            sid="OwnLogs",
            actions=[
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:GetLogEvents",
                "logs:GetLogGroupFields",
                "logs:GetLogRecord",
                "logs:GetQueryResults",
                "logs:PutLogEvents",
            ],
            # The environment's five groups and their streams.
            resources=[f"arn:aws:logs:{stack.region}:{stack.account}:log-group:airflow-{name}-*"],
        ),
        aws_iam.PolicyStatement(
            sid="BeforeAnyResource",
            actions=["logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"],
            # Neither action knows a resource.
            resources=["*"],
        ),
        aws_iam.PolicyStatement(
            sid="OwnMetrics",
            actions=["cloudwatch:PutMetricData"],
            # The action knows no resource; the condition keeps it to Airflow's own metrics.
            resources=["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": METRICS_NAMESPACE}},
        ),
        aws_iam.PolicyStatement(
            sid="TaskQueue",
            actions=[
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
            # The queue between scheduler and workers lies in an account of AWS's own, under a random name.
            resources=[f"arn:aws:sqs:{stack.region}:*:airflow-celery-*"],
        ),
    ]


def _storage_statements(scope: Construct, bucket: aws_s3.IBucket, key: aws_kms.IKey) -> list[aws_iam.PolicyStatement]:
    region = Stack.of(scope).region
    return [
        aws_iam.PolicyStatement(
            sid="OwnBucket",
            # As AWS documents it: Airflow checks settings and versions of the bucket that are not listed one by one. It
            # holds DAGs and nothing else.
            actions=["s3:GetObject*", "s3:GetBucket*", "s3:List*"],
            resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
        ),
        aws_iam.PolicyStatement(
            sid="OwnKey",
            actions=[
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
            ],
            resources=[key.key_arn],
            conditions={
                "StringEquals": {"kms:ViaService": [f"s3.{region}.amazonaws.com", f"sqs.{region}.amazonaws.com"]}
            },
        ),
    ]
