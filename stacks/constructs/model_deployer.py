"""From a change in the model registry to the endpoint: rule, queue, function."""

from aws_cdk import (
    DefaultStackSynthesizer,
    Duration,
    aws_events,
    aws_events_targets,
    aws_iam,
    aws_kms,
    aws_lambda,
    aws_sqs,
)
from constructs import Construct

from config.environment import EnvironmentConfig
from config.images import INFERENCE_REPOSITORY, image_repository
from config.taxonomy_version import taxonomy_version
from stacks.constructs.python_function import PythonFunction

APPROVED_MODEL = "ApprovedModel"
MODEL_VERSION = "ModelVersion"
COMPARED_VERSION = "ComparedVersion"
"""The logical ids of the template parameters that the function moves."""

TIMEOUT = Duration.minutes(1)


class ModelDeployer(Construct):
    """``function`` (lambda/deploy), fed through ``queue`` by the registry's events; what it gives up on is in
    ``dead_letter_queue``.

    The function runs outside the network: it calls CloudFormation, SSM and the registry, sees no mail, and two
    interface endpoints for a call a month would cost more than the model's instance.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        package_group_arn: str,
        data_key: aws_kms.IKey,
        logs_key: aws_kms.IKey,
        longest_update_seconds: int,
        archives_url: str,
        stack_name: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letter_queue = self._queue("DeadLetters", config.named("deploy-dead-letters"), data_key)
        visibility = Duration.seconds(6 * int(TIMEOUT.to_seconds()))  # as AWS advises for queues before functions
        # A message comes back until the updates that it waits for have ended: one that runs, one that fails, its own.
        receives = max(10, 3 * longest_update_seconds // int(visibility.to_seconds()) + 1)
        self.queue = self._queue(
            "Queue",
            config.named("deploy"),
            data_key,
            visibility_timeout=visibility,
            dead_letter_queue=aws_sqs.DeadLetterQueue(queue=self.dead_letter_queue, max_receive_count=receives),
        )
        self.rule = aws_events.Rule(
            self,
            "RegistryChanged",
            rule_name=config.named("registry-changed"),
            description="A model package of this group was registered, approved or rejected",
            event_pattern=aws_events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Model Package State Change"],
                detail={"ModelPackageGroupName": [config.own_name]},
            ),
            targets=[aws_events_targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letter_queue)],
        )
        self.function = PythonFunction(
            self,
            "Function",
            config=config,
            package="deploy",
            environment={
                "STACK_NAME": stack_name,
                "PARAMETER_NAME": config.approved_model_parameter,
                "PARAMETER_KEY": APPROVED_MODEL,
                "VERSION_KEY": MODEL_VERSION,
                "COMPARED_KEY": COMPARED_VERSION,
                "REJECTIONS_NAME": config.rejections_parameter,
                "MODEL_PACKAGE_GROUP": config.own_name,
                "ENDPOINT_NAME": config.own_name,
                "TAXONOMY_VERSION": taxonomy_version(),
                "ARCHIVES_URL": archives_url,
                "IMAGE_REPOSITORY": image_repository(INFERENCE_REPOSITORY, config.inference.image, config.region),
            },
            statements=[self._queue_statement(), *_rights(config, stack_name, package_group_arn)],
            timeout=TIMEOUT,
            memory_mb=256,
            # One at a time: two of them would start two updates of one stack.
            reserved_concurrency=1,
            data_key=data_key,
            logs_key=logs_key,
            log_days=config.api.log_days,
        )
        aws_lambda.EventSourceMapping(
            self,
            "Source",
            target=self.function,
            event_source_arn=self.queue.queue_arn,
            batch_size=10,
            report_batch_item_failures=True,
            # The least that there is: more pollers than executions would use up a message's receives.
            max_concurrency=2,
        ).node.add_dependency(self.function.role)

    def _queue(self, construct_id: str, name: str, key: aws_kms.IKey, **more: object) -> aws_sqs.Queue:
        return aws_sqs.Queue(
            self,
            construct_id,
            queue_name=name,
            encryption=aws_sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            **more,  # type: ignore[arg-type]
        )

    def _queue_statement(self) -> aws_iam.PolicyStatement:
        return aws_iam.PolicyStatement(
            sid="OwnQueue",
            actions=["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            resources=[self.queue.queue_arn],
        )


def _rights(config: EnvironmentConfig, stack_name: str, package_group_arn: str) -> list[aws_iam.PolicyStatement]:
    place = f"{config.region}:{config.account}"
    stack = f"arn:aws:cloudformation:{place}:stack/{stack_name}"
    return [
        aws_iam.PolicyStatement(
            sid="ReadRegistry",
            actions=["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"],
            # The group and every version of it; nothing here can approve one.
            resources=[package_group_arn, f"arn:aws:sagemaker:{place}:model-package/{config.own_name}/*"],
        ),
        aws_iam.PolicyStatement(
            sid="MoveParameter",
            actions=["ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"],
            resources=[
                f"arn:aws:ssm:{place}:parameter{name}"
                for name in (config.approved_model_parameter, config.rejections_parameter)
            ],
        ),
        aws_iam.PolicyStatement(
            sid="ReadBootstrapVersion",
            # UpdateStack resolves every parameter of the template, the bootstrap's version among them.
            actions=["ssm:GetParameter", "ssm:GetParameters"],
            resources=[
                f"arn:aws:ssm:{place}:parameter/cdk-bootstrap/{DefaultStackSynthesizer.DEFAULT_QUALIFIER}/version"
            ],
        ),
        aws_iam.PolicyStatement(
            sid="WatchStack",
            actions=["cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks"],
            # A stack's ARN ends with an id that is new each time it is created.
            resources=[f"{stack}/*"],
        ),
        aws_iam.PolicyStatement(
            sid="UpdateStack",
            actions=["cloudformation:UpdateStack"],
            resources=[f"{stack}/*"],
            # CloudFormation acts under the role that deployed the stack; no other template and no other role.
            conditions={"Null": {"cloudformation:RoleArn": "true", "cloudformation:TemplateUrl": "true"}},
        ),
    ]
