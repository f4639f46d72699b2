"""Alarms, schedules, the trail, budgets and the web firewall: moto records them; none of them acts."""

from local.accounts.gaps.resource_type import FollowUp, Properties, ResourceType


def _budget(properties: Properties) -> Properties:
    budget = properties["Budget"]
    return {
        **properties,
        "BudgetName": budget["BudgetName"],
        "NotificationsWithSubscribers": properties.get("NotificationsWithSubscribers", []),
    }


def _metric_filter(properties: Properties) -> Properties:
    transformations = [
        # CloudFormation lists a metric's dimensions, CloudWatch Logs maps them.
        {**transformation, "Dimensions": transformation.get("Dimensions", [])}
        for transformation in properties["MetricTransformations"]
    ]
    return {**properties, "MetricTransformations": transformations}


OBSERVABILITY = (
    ResourceType(
        name="AWS::CloudWatch::Alarm",
        service="cloudwatch",
        create="put_metric_alarm",
        update="put_metric_alarm",
        delete="delete_alarms",
        keys=("AlarmName",),
        delete_key_names={"AlarmName": "AlarmNames"},
        physical_id="{AlarmName}",
        attributes={"Arn": "arn:aws:cloudwatch:{Region}:{AccountId}:alarm:{AlarmName}"},
        name_property="AlarmName",
    ),
    ResourceType(
        name="AWS::Scheduler::Schedule",
        service="scheduler",
        create="create_schedule",
        update="update_schedule",
        delete="delete_schedule",
        keys=("Name",),
        physical_id="{Name}",
        attributes={"Arn": "{ScheduleArn}"},
        name_property="Name",
    ),
    ResourceType(
        name="AWS::CloudTrail::Trail",
        service="cloudtrail",
        create="create_trail",
        update="update_trail",
        delete="delete_trail",
        keys=("Name",),
        physical_id="{Name}",
        attributes={"Arn": "{TrailARN}"},
        name_property="TrailName",
        prepare=lambda properties: {**properties, "Name": properties["TrailName"]},
        follow_ups=(
            FollowUp(
                operation="start_logging",
                parameters=lambda properties, known: {"Name": known["Name"]} if properties.get("IsLogging") else None,
            ),
            FollowUp(
                operation="put_event_selectors",
                parameters=lambda properties, known: (
                    {"TrailName": known["Name"], **properties}
                    if "EventSelectors" in properties or "AdvancedEventSelectors" in properties
                    else None
                ),
            ),
        ),
    ),
    ResourceType(
        name="AWS::Budgets::Budget",
        service="budgets",
        create="create_budget",
        delete="delete_budget",
        keys=("AccountId", "BudgetName"),
        physical_id="{BudgetName}",
        prepare=_budget,
    ),
    ResourceType(
        name="AWS::SNS::Subscription",
        service="sns",
        create="subscribe",
        delete="unsubscribe",
        keys=("SubscriptionArn",),
        physical_id="{SubscriptionArn}",
        attributes={"Arn": "{SubscriptionArn}"},
    ),
    ResourceType(
        name="AWS::Logs::MetricFilter",
        service="logs",
        create="put_metric_filter",
        update="put_metric_filter",
        delete="delete_metric_filter",
        keys=("LogGroupName", "FilterName"),
        physical_id="{FilterName}",
        name_property="FilterName",
        prepare=_metric_filter,
    ),
)
