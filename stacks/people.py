"""Who may do what, and the trail of who did."""

from aws_cdk import CfnOutput, RemovalPolicy, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.audit_trail import AuditTrail
from stacks.constructs.bootstrap import Bootstrap
from stacks.constructs.person_role import PersonRole
from stacks.constructs.rights.approver import approver
from stacks.constructs.rights.auditor import auditor
from stacks.constructs.rights.crm_upload import crm_upload
from stacks.constructs.rights.data_scientist import STUDIO_USER_TAG, data_scientist
from stacks.constructs.rights.estate import Estate
from stacks.constructs.rights.platform_engineer import platform_engineer
from stacks.constructs.trail_watch import TrailWatch
from stacks.data import DataStack
from stacks.inference import InferenceStack
from stacks.network import NetworkStack
from stacks.training import TrainingStack


class PeopleStack(MailroomStack):
    """``trail``, and a role for each kind of person that the configuration names somebody for."""

    def __init__(
        self,
        scope: Construct,
        part: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        network: NetworkStack,
        training: TrainingStack,
        inference: InferenceStack,
        alarms: AlarmTopic,
    ) -> None:
        super().__init__(scope, part, config=config, protected=config.data.termination_protection)
        people = config.people
        self.trail = AuditTrail(
            self,
            "Trail",
            name=config.named("trail"),
            log_group_name=f"/mailroom/{config.name}/trail",
            trail_days=people.trail_days,
            log_days=config.api.log_days,
            superseded_days=config.data.superseded_days,
            key=data.logs_key,
            access_logs=data.access_logs,
            mail_buckets=[data.exports, data.datasets],
            ledger=data.ledger,
            removal_policy=RemovalPolicy.RETAIN if config.data.keep_on_destroy else RemovalPolicy.DESTROY,
        )
        TrailWatch(
            self,
            "TrailWatch",
            config=config,
            log_group=self.trail.log_group,
            alarms=alarms,
            deploy_role_arn=inference.deploy_function.role.role_arn,
        )
        estate = Estate(
            config=config,
            exports=data.exports,
            datasets=data.datasets,
            artefacts=data.artefacts,
            ledger=data.ledger,
            data_key=data.data_key,
            logs_key=data.logs_key,
        )
        self._role(
            "DataScientist",
            "data-scientist",
            people.data_scientists,
            data_scientist(estate, vpc=network.vpc, mlflow_app_arn=training.mlflow_app_arn),
            "reads data, starts the pipeline and experiments, works in Studio; approves nothing",
            own_tag=STUDIO_USER_TAG,
        )
        self._role(
            "Approver",
            "approver",
            people.approvers,
            approver(estate),
            "approves or rejects model versions; trains nothing",
        )
        self._role(
            "PlatformEngineer",
            "platform-engineer",
            people.platform_engineers,
            platform_engineer(
                estate,
                bootstrap=Bootstrap(
                    account=self.account, region=self.region, qualifier=self.synthesizer.bootstrap_qualifier or ""
                ),
            ),
            "deploys it and keeps it running; sees no mail",
        )
        self._role("CrmUpload", "crm-upload", people.crm_uploaders, crm_upload(estate), "brings the monthly export")
        self._role(
            "Auditor",
            "auditor",
            people.auditors,
            auditor(estate, trail_bucket=self.trail.bucket, trail_log=self.trail.log_group),
            "reads the set-up and the trail; changes nothing, sees no mail",
        )
        CfnOutput(self, "TrailBucketName", value=self.trail.bucket.bucket_name)

    def _role(
        self,
        construct_id: str,
        kind: str,
        principals: tuple[str, ...],
        statements: list[aws_iam.PolicyStatement],
        description: str,
        *,
        own_tag: str | None = None,
    ) -> None:
        if principals:
            PersonRole(
                self,
                construct_id,
                config=self.config,
                kind=kind,
                principals=principals,
                statements=statements,
                description=description,
                own_tag=own_tag,
            )
