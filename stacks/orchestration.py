"""What starts the monthly training: Airflow, or a schedule in its place."""

from aws_cdk import CfnOutput, RemovalPolicy, aws_iam, aws_sqs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.airflow_environment import DAG_FOLDER, AirflowEnvironment
from stacks.constructs.bucket import PrivateBucket
from stacks.constructs.cron import unix_cron
from stacks.constructs.key import CustomerKey
from stacks.constructs.pipeline_schedule import PipelineSchedule
from stacks.data import DataStack
from stacks.network import NetworkStack
from stacks.pipeline.parameters import EXPORT_MONTH
from stacks.pipeline.prefixes import EVALUATIONS
from stacks.training import TrainingStack

REPORTS = ("reports/feedback", "reports/retrain")
"""Where in the bucket of artefacts Airflow writes, and nowhere else."""


class OrchestrationStack(MailroomStack):
    """Airflow with its DAGs where ``config.orchestration.mwaa``, else an EventBridge schedule that starts the training.

    ``airflow`` is the environment or None; ``dead_letters`` holds the schedule's failed starts, or is None.
    """

    def __init__(
        self,
        scope: Construct,
        part: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        network: NetworkStack,
        training: TrainingStack,
    ) -> None:
        super().__init__(scope, part, config=config)
        self._pipeline_arn = training.pipeline_arn
        # Its name is fixed, and a name makes no order.
        self.add_stack_dependency(training)
        self.airflow: AirflowEnvironment | None = None
        self.dead_letters: aws_sqs.IQueue | None = None
        if config.orchestration.mwaa:
            self._airflow(data, network, training)
        else:
            self.dead_letters = PipelineSchedule(
                self,
                "Schedule",
                name=config.named("retrain"),
                expression=config.orchestration.schedule,
                pipeline_arn=self._pipeline_arn,
                parameters={EXPORT_MONTH: config.training.export_month},
                key=data.data_key,
            ).dead_letters

    def _airflow(self, data: DataStack, network: NetworkStack, training: TrainingStack) -> None:
        config = self.config
        # A key of its own: MWAA is granted its use, and needs none of the key that encrypts mail.
        key = CustomerKey(
            self,
            "Key",
            alias=config.named("airflow"),
            description="Mailroom: Airflow's database, queue, logs and DAGs",
            removal_policy=RemovalPolicy.DESTROY,
        )
        key.let_log_groups([f"arn:aws:logs:{self.region}:{self.account}:log-group:airflow-{config.own_name}-*"])
        bucket = PrivateBucket(
            self,
            "Dags",
            key=key,
            superseded_days=config.data.superseded_days,
            access_logs=data.access_logs,
            # What it holds is uploaded from the checkout.
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.airflow = AirflowEnvironment(
            self,
            "Airflow",
            name=config.own_name,
            settings=config.orchestration,
            vpc=network.vpc,
            bucket=bucket,
            key=key,
            options=self._options(data),
            statements=[
                *self._pipeline_statements(training),
                *self._export_statements(data),
                *self._ledger_statements(data),
                *self._report_statements(data),
            ],
        )
        CfnOutput(self, "DagBucketName", value=bucket.bucket_name)
        CfnOutput(self, "DagFolder", value=DAG_FOLDER)

    def _options(self, data: DataStack) -> dict[str, str]:
        """A section of its own: the DAGs read their settings from Airflow's configuration."""
        config = self.config
        return {
            "mailroom.environment": config.name,
            "mailroom.pipeline_name": config.own_name,
            "mailroom.exports_bucket": data.exports.bucket_name,
            "mailroom.exports_prefix": config.training.data,
            "mailroom.artefacts_bucket": data.artefacts.bucket_name,
            "mailroom.ledger_table": data.ledger.table_name,
            "mailroom.tasks": ",".join(config.training.tasks),
            "mailroom.schedule": unix_cron(config.orchestration.schedule),
            "mailroom.feedback_schedule": unix_cron(config.orchestration.feedback_schedule),
        }

    def _pipeline_statements(self, training: TrainingStack) -> list[aws_iam.PolicyStatement]:
        return [
            aws_iam.PolicyStatement(
                sid="StartPipeline",
                # Its definition says which taxonomy it has packed.
                actions=["sagemaker:DescribePipeline", "sagemaker:StartPipelineExecution"],
                resources=[self._pipeline_arn],
            ),
            aws_iam.PolicyStatement(
                sid="WatchPipeline",
                actions=["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps"],
                # An execution's name is made when it starts.
                resources=[f"{self._pipeline_arn}/execution/*"],
            ),
            aws_iam.PolicyStatement(
                sid="ReadRegisteredVersion",
                actions=["sagemaker:DescribeModelPackage"],
                # The registry numbers its versions.
                resources=[training.registry.package_arn_pattern],
            ),
        ]

    def _export_statements(self, data: DataStack) -> list[aws_iam.PolicyStatement]:
        prefix = self.config.training.data
        return [
            aws_iam.PolicyStatement(
                sid="ReadExports",
                actions=["s3:GetObject"],
                # Every month's manifest and export.
                resources=[data.exports.arn_for_objects(f"{prefix}/*")],
            ),
            aws_iam.PolicyStatement(
                sid="AskForExports",
                # Without it, an object that has not arrived looks like one that is forbidden.
                actions=["s3:ListBucket"],
                resources=[data.exports.bucket_arn],
                conditions={"StringLike": {"s3:prefix": [f"{prefix}/*"]}},
            ),
            aws_iam.PolicyStatement(
                sid="DecryptExports",
                actions=["kms:Decrypt"],
                resources=[data.data_key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"s3.{self.region}.amazonaws.com"}},
            ),
        ]

    def _ledger_statements(self, data: DataStack) -> list[aws_iam.PolicyStatement]:
        return [
            aws_iam.PolicyStatement(
                sid="ReadLedger",
                # A month's feedback, and by their keys the predictions it is about; the index by mail is not named.
                actions=["dynamodb:BatchGetItem", "dynamodb:Scan"],
                resources=[data.ledger.table_arn],
            ),
            # DynamoDB opens the table's key in the name of whoever asks.
            # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
            aws_iam.PolicyStatement(
                sid="DecryptLedger",
                actions=["kms:Decrypt", "kms:DescribeKey"],
                resources=[data.data_key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"dynamodb.{self.region}.amazonaws.com"}},
            ),
        ]

    def _report_statements(self, data: DataStack) -> list[aws_iam.PolicyStatement]:
        return [
            aws_iam.PolicyStatement(
                sid="ReadScores",
                actions=["s3:GetObject"],
                # What every run has measured; `DecryptExports` opens it, as it has the same key.
                resources=[data.artefacts.arn_for_objects(f"{EVALUATIONS}/*")],
            ),
            aws_iam.PolicyStatement(
                sid="WriteReports",
                actions=["s3:PutObject"],
                # A report for every month.
                resources=[data.artefacts.arn_for_objects(f"{prefix}/*") for prefix in REPORTS],
            ),
            aws_iam.PolicyStatement(
                sid="EncryptReports",
                actions=["kms:GenerateDataKey"],
                resources=[data.data_key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"s3.{self.region}.amazonaws.com"}},
            ),
        ]
