"""Keys, buckets and the ledger: what outlives everything else."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Duration, RemovalPolicy, aws_iam, aws_s3
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.bucket import PrivateBucket
from stacks.constructs.key import CustomerKey
from stacks.constructs.ledger_table import LedgerTable
from stacks.pipeline import prefixes

_CHECKPOINT_DAYS = 14


class DataStack(MailroomStack):
    """``data_key`` encrypts mail, models and queues, ``logs_key`` log groups and topics.

    Buckets: ``exports`` (the CRM's monthly history), ``datasets`` (prepared), ``artefacts`` (models, reports, base
    weights), ``access_logs``.
    """

    def __init__(self, scope: Construct, part: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, part, config=config, protected=config.data.termination_protection)
        data = config.data
        removal = RemovalPolicy.RETAIN if data.keep_on_destroy else RemovalPolicy.DESTROY
        self.data_key = CustomerKey(
            self,
            "DataKey",
            alias=config.named("data"),
            description="Mailroom: mail, models, ledger and queues",
            removal_policy=removal,
            # EventBridge's use of it, for the queues of rules, comes with the first rule that has such a queue.
        )
        self.logs_key = CustomerKey(
            self,
            "LogsKey",
            alias=config.named("logs"),
            description="Mailroom: log groups, trail and alarm topic",
            removal_policy=removal,
            services=["cloudwatch.amazonaws.com", "cloudtrail.amazonaws.com"],
        )
        self.logs_key.let_log_groups([f"arn:aws:logs:{self.region}:{self.account}:log-group:*"])
        self.access_logs = PrivateBucket(
            self,
            "AccessLogs",
            key=None,
            expire_days=data.access_log_days,
            superseded_days=data.superseded_days,
            removal_policy=removal,
        )
        self._let_later_stacks_log()
        self.exports = self._bucket("Exports", data.export_days, removal)
        self.datasets = self._bucket("Datasets", data.dataset_days, removal)
        # Models and reports stay for as long as somebody may ask why a mail was routed as it was.
        self.artefacts = self._bucket(
            "Artefacts",
            None,
            removal,
            more_rules=[_expiring(prefixes.CHECKPOINTS), _expiring(prefixes.EXPERIMENTS_CHECKPOINTS)],
        )
        self.ledger = LedgerTable(
            self,
            "Ledger",
            key=self.data_key,
            removal_policy=removal,
            deletion_protection=data.termination_protection,
        )
        for name, value in {
            "ExportsBucketName": self.exports.bucket_name,
            "DatasetsBucketName": self.datasets.bucket_name,
            "ArtefactsBucketName": self.artefacts.bucket_name,
            "LedgerTableName": self.ledger.table_name,
        }.items():
            CfnOutput(self, name, value=value)

    def _bucket(
        self,
        name: str,
        expire_days: int | None,
        removal: RemovalPolicy,
        *,
        more_rules: Sequence[aws_s3.LifecycleRule] = (),
    ) -> PrivateBucket:
        return PrivateBucket(
            self,
            name,
            key=self.data_key,
            expire_days=expire_days,
            superseded_days=self.config.data.superseded_days,
            access_logs=self.access_logs,
            removal_policy=removal,
            more_rules=more_rules,
        )

    def _let_later_stacks_log(self) -> None:
        self.access_logs.add_to_resource_policy(
            aws_iam.PolicyStatement(
                sid="BucketsOfLaterStacks",
                principals=[aws_iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                # Each bucket has a folder of its own.
                resources=[self.access_logs.arn_for_objects("*")],
                conditions={
                    "StringEquals": {"aws:SourceAccount": self.account},
                    # A generated bucket name begins with its stack's.
                    "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{self.config.named('*')}"},
                },
            )
        )


def _expiring(prefix: str) -> aws_s3.LifecycleRule:
    """A checkpoint serves its own run alone, which is over by then."""
    return aws_s3.LifecycleRule(
        id=prefix.replace("/", "-"),
        prefix=f"{prefix}/",
        expiration=Duration.days(_CHECKPOINT_DAYS),
        noncurrent_version_expiration=Duration.days(1),
    )
