"""Managed Airflow inside the network."""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnResource, RemovalPolicy, aws_ec2, aws_iam, aws_kms, aws_logs, aws_mwaa, aws_s3
from constructs import Construct

from config.tables.orchestration import OrchestrationConfig
from stacks.constructs.airflow_role import AirflowRole
from stacks.constructs.private_network import HTTPS
from stacks.constructs.retention import retention
from stacks.constructs.workload_group import WorkloadGroup

VERSION = "3.0.6"
DAG_FOLDER = "dags"
# MWAA's modules, as its log groups are named, and what each writes.
LOG_LEVELS = {
    "DAGProcessing": "WARNING",
    "Scheduler": "WARNING",
    "Task": "INFO",
    "WebServer": "WARNING",
    "Worker": "WARNING",
}
_POSTGRES = 5432


class AirflowEnvironment(Construct):
    """The environment ``name`` with its role, log groups and security group.

    ``options`` are Airflow's configuration, ``SECTION.KEY``. The web server answers inside the network alone; browsers
    may come from ``settings.web_server_networks``. No requirements file: the image has the Amazon provider.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: OrchestrationConfig,
        vpc: aws_ec2.IVpc,
        bucket: aws_s3.IBucket,
        key: aws_kms.IKey,
        options: Mapping[str, str],
        statements: Sequence[aws_iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, construct_id)
        log_groups = {module: self._log_group(name, module, settings.log_days, key) for module in LOG_LEVELS}
        self.task_log = log_groups["Task"]
        self.security_group = self._security_group(vpc, settings.web_server_networks)
        self.role = AirflowRole(
            self, "Role", environment_name=name, bucket=bucket, key=key, statements=list(statements)
        )
        environment = aws_mwaa.CfnEnvironment(
            self,
            "Environment",
            name=name,
            airflow_version=VERSION,
            airflow_configuration_options=dict(options),
            dag_s3_path=DAG_FOLDER,
            source_bucket_arn=bucket.bucket_arn,
            # MWAA itself makes the endpoints of its database and web server in the subnets. Endpoints of one's own
            # ("CUSTOMER") are for shared networks, and have to be made by hand while the environment waits.
            # https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-endpoint-management.html
            endpoint_management="SERVICE",
            environment_class=settings.environment_class,
            execution_role_arn=self.role.role_arn,
            kms_key=key.key_arn,
            logging_configuration=_logging(),
            min_workers=1,
            max_workers=settings.maximum_workers,
            network_configuration=aws_mwaa.CfnEnvironment.NetworkConfigurationProperty(
                subnet_ids=[subnet.subnet_id for subnet in vpc.isolated_subnets],
                security_group_ids=[self.security_group.security_group_id],
            ),
            webserver_access_mode="PRIVATE_ONLY",
            weekly_maintenance_window_start="SUN:20:00",
            # A training that runs for hours outlives the update of an environment.
            worker_replacement_strategy="GRACEFUL",
        )
        # MWAA would make log groups that are missing, kept for ever; and what the security group says of itself stands
        # in resources beside it.
        environment.node.add_dependency(*log_groups.values(), *_rules_beside(self.security_group))
        self.name = name

    def _log_group(self, name: str, module: str, days: int, key: aws_kms.IKey) -> aws_logs.LogGroup:
        return aws_logs.LogGroup(
            self,
            f"{module}Logs",
            log_group_name=f"airflow-{name}-{module}",
            retention=retention(days),
            # MWAA writes with the environment's key and no other.
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _security_group(self, vpc: aws_ec2.IVpc, networks: Sequence[str]) -> WorkloadGroup:
        group = WorkloadGroup(self, "Group", vpc=vpc, description="Airflow: its own parts, endpoints of the network")
        # The endpoints of database and web server that MWAA makes carry this group too.
        # https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-security.html
        group.add_ingress_rule(group, aws_ec2.Port.tcp(_POSTGRES), "Airflow to its database")
        group.add_ingress_rule(group, aws_ec2.Port.tcp(HTTPS), "Airflow to its web server")
        group.add_egress_rule(group, aws_ec2.Port.tcp(_POSTGRES), "Airflow to its database")
        for network in networks:
            group.add_ingress_rule(aws_ec2.Peer.ipv4(network), aws_ec2.Port.tcp(HTTPS), "Browsers to the web server")
        return group


def _rules_beside(group: aws_ec2.SecurityGroup) -> list[CfnResource]:
    kinds = (aws_ec2.CfnSecurityGroupIngress, aws_ec2.CfnSecurityGroupEgress)
    return [child for child in group.node.children if isinstance(child, kinds)]


def _logging() -> aws_mwaa.CfnEnvironment.LoggingConfigurationProperty:
    modules = {
        module: aws_mwaa.CfnEnvironment.ModuleLoggingConfigurationProperty(enabled=True, log_level=level)
        for module, level in LOG_LEVELS.items()
    }
    return aws_mwaa.CfnEnvironment.LoggingConfigurationProperty(
        dag_processing_logs=modules["DAGProcessing"],
        scheduler_logs=modules["Scheduler"],
        task_logs=modules["Task"],
        webserver_logs=modules["WebServer"],
        worker_logs=modules["Worker"],
    )
