"""The trail: who approved, paused or erased what, kept where none of them can change it."""

from collections.abc import Mapping, Sequence

from aws_cdk import RemovalPolicy, Stack, aws_cloudtrail, aws_dynamodb, aws_iam, aws_kms, aws_logs, aws_s3
from constructs import Construct

from stacks.constructs.bucket import PrivateBucket
from stacks.constructs.retention import retention
from stacks.constructs.service_role import ServiceRole

SERVICE = "cloudtrail.amazonaws.com"

# Whoever removes or reads rows of the ledger other than one by one, as the functions do. Each prediction's own write
# would bury them.
_LEDGER_EVENTS = (
    "BatchExecuteStatement",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "Query",
    "Scan",
    "TransactWriteItems",
)

_Selector = aws_cloudtrail.CfnTrail.AdvancedFieldSelectorProperty


class AuditTrail(Construct):
    """``bucket`` holds the trail's files for as long as ``trail_days``, ``log_group`` the last ``log_days`` for
    searching."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        log_group_name: str,
        trail_days: int,
        log_days: int,
        superseded_days: int,
        key: aws_kms.IKey,
        access_logs: aws_s3.IBucket,
        mail_buckets: Sequence[aws_s3.IBucket],
        ledger: aws_dynamodb.ITable,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self._name = name
        self._arn = f"arn:aws:cloudtrail:{stack.region}:{stack.account}:trail/{name}"
        self.bucket = PrivateBucket(
            self,
            "TrailFiles",
            key=key,
            expire_days=trail_days,
            superseded_days=superseded_days,
            access_logs=access_logs,
            removal_policy=removal_policy,
        )
        self.log_group = aws_logs.LogGroup(
            self,
            "LogGroup",
            log_group_name=log_group_name,
            retention=retention(log_days),
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        trail = aws_cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=name,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            kms_key_id=key.key_arn,
            s3_bucket_name=self.bucket.bucket_name,
            cloud_watch_logs_log_group_arn=self.log_group.log_group_arn,
            cloud_watch_logs_role_arn=self._delivery_role().role_arn,
            advanced_event_selectors=_selectors(mail_buckets, ledger),
        )
        self._let_deliver()
        if removal_policy is RemovalPolicy.RETAIN:
            self._let_nobody_rewrite()
        policy = self.bucket.policy
        if policy is not None:
            # CloudTrail checks that it may write before the trail exists.
            trail.node.add_dependency(policy)

    def _delivery_role(self) -> ServiceRole:
        return ServiceRole(
            self,
            "Role",
            service=SERVICE,
            description="CloudTrail writes the trail into its log group",
            statements=[
                aws_iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    # The streams of this one group; CloudTrail names them.
                    resources=[self.log_group.log_group_arn],
                )
            ],
        )

    def _let_deliver(self) -> None:
        # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
        account = Stack.of(self).account
        source = {"aws:SourceArn": self._arn}
        for sid, action, resource, conditions in (
            ("TrailLooks", "s3:GetBucketAcl", self.bucket.bucket_arn, source),
            (
                "TrailWrites",
                "s3:PutObject",
                # CloudTrail names its files by region and day.
                self.bucket.arn_for_objects(f"AWSLogs/{account}/*"),
                {**source, "s3:x-amz-acl": "bucket-owner-full-control"},
            ),
        ):
            self.bucket.add_to_resource_policy(
                aws_iam.PolicyStatement(
                    sid=sid,
                    principals=[aws_iam.ServicePrincipal(SERVICE)],
                    actions=[action],
                    resources=[resource],
                    conditions={"StringEquals": conditions},
                )
            )

    def _let_nobody_rewrite(self) -> None:
        self.bucket.add_to_resource_policy(
            aws_iam.PolicyStatement(
                sid="NobodyRewrites",
                effect=aws_iam.Effect.DENY,
                principals=[aws_iam.AnyPrincipal()],
                actions=["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"],
                # Every file of the trail.
                resources=[self.bucket.arn_for_objects("*")],
                # Expiry is S3's own doing and asks nobody. Who is no service has no such name, and is meant.
                conditions={"StringNotEquals": {"aws:PrincipalServiceName": SERVICE}},
            )
        )


def _selectors(
    mail_buckets: Sequence[aws_s3.IBucket], ledger: aws_dynamodb.ITable
) -> list[aws_cloudtrail.CfnTrail.AdvancedEventSelectorProperty]:
    return [
        # Approving (UpdateModelPackage), pausing (PutParameter) and every other change.
        _selector("changes", {"eventCategory": {"equal_to": ["Management"]}, "readOnly": {"equal_to": ["false"]}}),
        _selector(
            "reads",
            {
                "eventCategory": {"equal_to": ["Management"]},
                "readOnly": {"equal_to": ["true"]},
                # Each encrypted row and object is an event of its own there.
                "eventSource": {"not_equals": ["kms.amazonaws.com"]},
            },
        ),
        _selector(
            "mails",
            {
                "eventCategory": {"equal_to": ["Data"]},
                "resources.type": {"equal_to": ["AWS::S3::Object"]},
                "resources.ARN": {"starts_with": [bucket.arn_for_objects("") for bucket in mail_buckets]},
            },
        ),
        _selector(
            "ledger",
            {
                "eventCategory": {"equal_to": ["Data"]},
                "resources.type": {"equal_to": ["AWS::DynamoDB::Table"]},
                "resources.ARN": {"equal_to": [ledger.table_arn]},
                "eventName": {"equal_to": list(_LEDGER_EVENTS)},
            },
        ),
    ]


def _selector(
    name: str, fields: Mapping[str, Mapping[str, list[str]]]
) -> aws_cloudtrail.CfnTrail.AdvancedEventSelectorProperty:
    return aws_cloudtrail.CfnTrail.AdvancedEventSelectorProperty(
        name=name, field_selectors=[_Selector(field=field, **condition) for field, condition in fields.items()]
    )
