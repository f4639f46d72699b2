"""What in the trail a person must hear of at once."""

from dataclasses import dataclass

from aws_cdk import Duration, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.log_metric import log_metric


@dataclass(frozen=True, kw_only=True)
class _Watch:
    construct_id: str
    name: str
    metric: str
    pattern: str
    description: str


_WATCHES = (
    _Watch(
        construct_id="Decided",
        name="model-decided",
        metric="ModelDecisions",
        # The pipeline registers; this is somebody's word on what it registered.
        pattern='{ ($.eventName = "UpdateModelPackage") && ($.errorCode NOT EXISTS) }',
        description="A model version was approved or rejected; the trail says by whom.",
    ),
    _Watch(
        construct_id="Erased",
        name="ledger-erased",
        metric="LedgerErasures",
        pattern='{ ($.eventSource = "dynamodb.amazonaws.com") && (($.eventName = "DeleteItem") || '
        '($.eventName = "TransactWriteItems") || ($.eventName = "*ExecuteStatement")) }',
        description="Rows of the ledger were erased or changed by hand; the trail says by whom.",
    ),
    _Watch(
        construct_id="TrailTouched",
        name="trail-touched",
        metric="TrailChanges",
        pattern='{ ($.eventSource = "cloudtrail.amazonaws.com") && (($.eventName = "StopLogging") || '
        '($.eventName = "DeleteTrail") || ($.eventName = "UpdateTrail") || ($.eventName = "PutEventSelectors")) }',
        description="Somebody changed or stopped the trail.",
    ),
    _Watch(
        construct_id="KeyTouched",
        name="key-touched",
        metric="KeyChanges",
        pattern='{ ($.eventSource = "kms.amazonaws.com") && (($.eventName = "DisableKey") || '
        '($.eventName = "ScheduleKeyDeletion") || ($.eventName = "PutKeyPolicy")) }',
        description="A key was disabled, given another policy, or is to be deleted: what it encrypts is lost with it.",
    ),
    _Watch(
        construct_id="RootUsed",
        name="root-used",
        metric="RootUses",
        # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail-additional-examples.html
        pattern='{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && '
        '($.eventType != "AwsServiceEvent") }',
        description="Somebody signed in as the account's root user.",
    ),
)


def _model_set_by_hand(parameter: str, deploy_role_arn: str) -> _Watch:
    issuer = "$.userIdentity.sessionContext.sessionIssuer.arn"
    return _Watch(
        construct_id="ModelSet",
        name="model-set-by-hand",
        metric="ModelsSetByHand",
        pattern=f'{{ ($.eventSource = "ssm.amazonaws.com") && ($.eventName = "PutParameter") && '
        f'($.requestParameters.name = "{parameter}") && ($.errorCode NOT EXISTS) && '
        # A user or the root has no session, and a comparison with what is missing holds for nothing.
        f'(({issuer} NOT EXISTS) || ({issuer} != "{deploy_role_arn}")) }}',
        description="Something else than the function deploy set which model is to serve; the trail says who.",
    )


class TrailWatch(Construct):
    """A metric and an alarm for each of: a model decided on, a model set past the registry, ledger rows erased, trail
    or keys touched, root used. ``deploy_role_arn``: the role that sets the approved model's parameter."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        log_group: aws_logs.ILogGroup,
        alarms: AlarmTopic,
        deploy_role_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        for watch in (*_WATCHES, _model_set_by_hand(config.approved_model_parameter, deploy_role_arn)):
            metric = log_metric(
                self,
                f"{watch.construct_id}Filter",
                log_group=log_group,
                pattern=watch.pattern,
                namespace=config.own_name,
                name=watch.metric,
                period=Duration.minutes(5),
            )
            alarms.alarm(
                self,
                watch.construct_id,
                name=watch.name,
                description=watch.description,
                metric=metric,
                threshold=0,
            )
