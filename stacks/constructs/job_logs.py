"""The log groups of SageMaker's jobs, made before SageMaker makes them itself, unencrypted and for ever."""

from aws_cdk import RemovalPolicy, aws_kms, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.job_rights import PROCESSING_LOGS, TRAINING_LOGS
from stacks.constructs.retention import retention


class JobLogs(Construct):
    """One group for training and one for processing jobs. SageMaker fixes their names per account, so where both
    environments share one, prod's stack has them for both.

    ``processing``: the group of processing jobs, None where it is in the other stack.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig, key: aws_kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.processing: aws_logs.ILogGroup | None = None
        if config.environment.single_account and config.name != "prod":
            return
        days = retention(config.orchestration.log_days)
        groups = {
            group_id: aws_logs.LogGroup(
                self,
                group_id,
                log_group_name=name,
                retention=days,
                encryption_key=key,
                removal_policy=RemovalPolicy.DESTROY,
            )
            for group_id, name in {"Training": TRAINING_LOGS, "Processing": PROCESSING_LOGS}.items()
        }
        self.processing = groups["Processing"]
