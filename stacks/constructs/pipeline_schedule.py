"""The stand-in for Airflow: a schedule that starts the pipeline."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack, aws_events, aws_iam, aws_kms, aws_sqs
from constructs import Construct

from stacks.constructs.service_role import ServiceRole


class PipelineSchedule(Construct):
    """Starts the pipeline ``pipeline_arn`` with ``parameters`` at each tick of ``expression`` (EventBridge cron, UTC).

    A start that fails is tried again for a day and then kept in ``dead_letters``. It does not wait for the CRM's export
    or look at its labels, as the DAG does: the pipeline's first step refuses what is missing. EventBridge may, rarely,
    deliver a tick twice; the second training then costs its time and meets the same gate.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        expression: str,
        pipeline_arn: str,
        parameters: Mapping[str, str],
        key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        rule_arn = stack.format_arn(service="events", resource="rule", resource_name=name)
        self.dead_letters = aws_sqs.Queue(
            self,
            "DeadLetters",
            encryption=aws_sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.dead_letters.add_to_resource_policy(
            aws_iam.PolicyStatement(
                sid="OwnRule",
                principals=[aws_iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.dead_letters.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule_arn}},
            )
        )
        role = ServiceRole(
            self,
            "Role",
            service="events.amazonaws.com",
            statements=[
                aws_iam.PolicyStatement(actions=["sagemaker:StartPipelineExecution"], resources=[pipeline_arn])
            ],
            description="Starts the pipeline by the clock",
            trust_conditions={"ArnEquals": {"aws:SourceArn": rule_arn}},
        )
        # A rule and not EventBridge Scheduler: a rule's target takes the pipeline's parameters as well, and the
        # emulated accounts deploy rules.
        aws_events.CfnRule(
            self,
            "Rule",
            name=name,
            description="Starts the training pipeline each month",
            schedule_expression=expression,
            state="ENABLED",
            targets=[
                aws_events.CfnRule.TargetProperty(
                    id="pipeline",
                    arn=pipeline_arn,
                    role_arn=role.role_arn,
                    sage_maker_pipeline_parameters=aws_events.CfnRule.SageMakerPipelineParametersProperty(
                        pipeline_parameter_list=[
                            aws_events.CfnRule.SageMakerPipelineParameterProperty(name=key_, value=value)
                            for key_, value in sorted(parameters.items())
                        ]
                    ),
                    retry_policy=aws_events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=86_400, maximum_retry_attempts=20
                    ),
                    dead_letter_config=aws_events.CfnRule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                )
            ],
        )
        self.rule_name = name
