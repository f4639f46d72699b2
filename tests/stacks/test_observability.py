"""What is measured, who is told, and what it may cost."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mailroom_retrain_helpers.late import LATE_MARK
from tests.support.iam import text
from tests.support.templates import Assembly, Resource, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ALL = pytest.mark.parametrize("environment", ["dev", "prod", "options", "serverless"])
ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
ENVIRONMENTS = {"prod": "prod", "options": "dev"}
DAGS = Path(__file__).parents[2] / "dags"

FUNCTION_ALARMS = {
    f"{function}-{what}"
    for function in ("classify", "feedback", "deploy")
    for what in ("errors", "throttles", "duration")
}
ALWAYS = FUNCTION_ALARMS | {
    "api-errors",
    "api-latency",
    "firewall-blocks",
    "low-confidence",
    "classify-ledger",
    "feedback-ledger",
    "ledger-throttled",
    "pipeline-failed",
    "deploy-failed",
    "taxonomy-differs",
    "deploy-dead-letters",
}
ON_INSTANCES = {"model-memory", "model-disk"}
OF_AIRFLOW = {
    "airflow-heartbeat",
    "airflow-imports",
    "retrain-failed",
    "feedback-report-failed",
    "export-late",
}


def _alarms(assembly: Assembly, environment: str, part: str = "observability") -> dict[str, Resource]:
    """Name, without the environment, to properties."""
    found = assembly[environment, part].of_type("AWS::CloudWatch::Alarm").values()
    return {alarm["Properties"]["AlarmName"].split("-", 2)[2]: alarm["Properties"] for alarm in found}


@pytest.mark.parametrize(
    ("environment", "more"),
    [
        ("dev", ON_INSTANCES | {"schedule-dead-letters", "run-not-recorded"}),
        ("prod", ON_INSTANCES | OF_AIRFLOW | {"no-mail", "run-not-recorded"}),
        ("options", ON_INSTANCES | OF_AIRFLOW | {"no-mail"}),
        ("serverless", {"schedule-dead-letters", "run-not-recorded"}),
    ],
)
def test_there_is_an_alarm_for_each_thing_that_goes_wrong(assembly: Assembly, environment: str, more: set[str]):
    assert set(_alarms(assembly, environment)) == ALWAYS | more


@ALL
def test_every_alarm_tells_the_topic_when_it_begins_and_ends_and_names_its_line_of_the_runbook(
    assembly: Assembly, environment: str
):
    alarms = {
        **_alarms(assembly, environment),
        **_alarms(assembly, environment, "people"),
        "model": assembly[environment, "observability"].properties("AWS::CloudWatch::CompositeAlarm"),
    }
    for name, alarm in alarms.items():
        told = [[text(action) for action in alarm[kind]] for kind in ("AlarmActions", "OKActions")]
        assert told == [["arn:AlarmTopic"], ["arn:AlarmTopic"]], name
        assert alarm["AlarmDescription"].endswith(f" docs/first-account.md#{name}"), name


@ALL
def test_an_alarm_says_what_silence_means(assembly: Assembly, environment: str):
    missing = {name: alarm["TreatMissingData"] for name, alarm in _alarms(assembly, environment).items()}
    other = {name: meaning for name, meaning in missing.items() if meaning != "notBreaching"}
    with_airflow = {"airflow-heartbeat": "breaching", "no-mail": "ignore"}
    assert other == {name: meaning for name, meaning in with_airflow.items() if name in missing}


@BOTH
def test_the_configured_thresholds_are_the_alarms(assembly: Assembly, environment: str):
    alarms = _alarms(assembly, environment)
    assert {name: alarms[name]["Threshold"] for name in ("api-errors", "api-latency", "low-confidence")} == {
        "dev": {"api-errors": 0.05, "api-latency": 8000, "low-confidence": 0.6},
        "prod": {"api-errors": 0.02, "api-latency": 8000, "low-confidence": 0.5},
    }[environment]
    # The deadline, from which on mails come back as timed out.
    assert alarms["classify-duration"]["Threshold"] == 8000


@BOTH
def test_the_models_own_alarm_is_over_the_four_on_whatever_the_endpoint_serves(assembly: Assembly, environment: str):
    rule = assembly[environment, "observability"].properties("AWS::CloudWatch::CompositeAlarm")["AlarmRule"]
    named = [part["Fn::ImportValue"] for part in rule["Fn::Join"][1] if isinstance(part, dict)]
    exported = {
        output["Export"]["Name"]: output["Value"]["Fn::GetAtt"][0]
        for output in assembly[environment, "inference"].json["Outputs"].values()
        if "Export" in output and "Fn::GetAtt" in output["Value"]
    }
    alarms = assembly[environment, "inference"].of_type("AWS::CloudWatch::Alarm")
    assert {alarms[exported[name]]["Properties"]["AlarmName"] for name in named} == {
        f"mailroom-{environment}-{name}" for name in ("model-errors", "model-latency", "item-errors", "label-mix")
    }


@BOTH
def test_the_topic_is_encrypted_takes_alarms_of_this_environment_alone_and_mails_them(
    assembly: Assembly, environment: str
):
    template = assembly[environment, "observability"]
    topic = template.properties("AWS::SNS::Topic")
    assert (topic["TopicName"], text(topic["KmsMasterKeyId"])) == (f"mailroom-{environment}-alarms", "arn:LogsKey")
    policy = statements(template.properties("AWS::SNS::TopicPolicy")["PolicyDocument"])
    account = ACCOUNTS[environment]
    let = [one for one in policy if one["Effect"] == "Allow"]
    assert [(one["Principal"], one["Action"], one["Condition"]) for one in let] == [
        (
            {"Service": "cloudwatch.amazonaws.com"},
            ["sns:Publish"],
            {
                "ArnLike": {
                    "aws:SourceArn": f"arn:aws:cloudwatch:eu-central-1:{account}:alarm:mailroom-{environment}-*"
                },
                "StringEquals": {"aws:SourceAccount": account},
            },
        )
    ]
    denied = [one for one in policy if one["Effect"] == "Deny"]
    assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    mail = template.properties("AWS::SNS::Subscription")
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", f"mailroom-{environment}@example.com")


def _budget(assembly: Assembly, environment: str) -> Resource:
    return assembly[environment, "observability"].properties("AWS::Budgets::Budget")


@BOTH
def test_the_budget_warns_before_and_when_the_month_is_spent(assembly: Assembly, environment: str):
    budget = _budget(assembly, environment)
    amount = {"dev": 500, "prod": 2000}[environment]
    assert budget["Budget"] == {
        "BudgetName": f"mailroom-{environment}-month",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": amount, "Unit": "USD"},
    }
    mail = [{"Address": f"mailroom-{environment}@example.com", "SubscriptionType": "EMAIL"}]
    assert [
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"], one["Subscribers"])
        for one in budget["NotificationsWithSubscribers"]
    ] == [("FORECASTED", 80, mail), ("ACTUAL", 100, mail)]


def test_in_a_shared_account_the_budget_counts_this_environments_tag(assembly: Assembly):
    budget = _budget(assembly, "options")["Budget"]
    assert budget["CostFilters"] == {"TagKeyValue": ["user:mailroom:environment$dev"]}


def _filters(assembly: Assembly, environment: str) -> dict[str, tuple[Any, ...]]:
    """Metric to (log group's owner, pattern, value, dimensions)."""
    found = assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter").values()
    filters = {}
    for one in found:
        properties = one["Properties"]
        transformation = properties["MetricTransformations"][0]
        assert transformation["MetricNamespace"] == f"mailroom-{environment}"
        filters[transformation["MetricName"]] = (
            text(properties["LogGroupName"]),
            properties["FilterPattern"],
            transformation["MetricValue"],
            {one["Key"]: one["Value"] for one in transformation.get("Dimensions", [])},
        )
    return filters


@BOTH
def test_what_the_functions_log_of_the_mails_becomes_metrics(assembly: Assembly, environment: str):
    def field(name: str) -> tuple[Any, ...]:
        return ("arn:ClassifyLogs", f'{{ ($.event = "request") && ($.{name} >= 0) }}', f"$.{name}", {})

    def of_model(name: str) -> tuple[Any, ...]:
        pattern = f'{{ ($.event = "answered") && ($.{name} >= 0) }}'
        return ("arn:ClassifyLogs", pattern, f"$.{name}", {"Model": "$.model_version"})

    unwritten = ('{ $.event = "ledger_failed" }', "$.rows", {})
    assert _filters(assembly, environment) == {
        "AutoRouted": field("auto_route"),
        "Suggested": field("suggest"),
        "ForReview": field("human_review"),
        "Mails": field("ok"),
        "FailedMails": field("error"),
        "RelayedMails": field("relayed"),
        "RelayedErrors": field("relayed_errors"),
        "LabelMixJump": field("label_mix_jump"),
        "AnsweredMails": of_model("mails"),
        "AnsweredErrors": of_model("errors"),
        "ModelLabelMixJump": of_model("label_mix_jump"),
        "LowConfidence": field("low_confidence"),
        "Confidence-line_of_business": field("confidence_line_of_business"),
        "Confidence-queue": field("confidence_queue"),
        "Confidence-topic": field("confidence_topic"),
        "Labelled": (
            "arn:ClassifyLogs",
            '{ ($.event = "labelled") && ($.task = "queue") }',
            "$.mails",
            {"Label": "$.label"},
        ),
        "UnwrittenRows-classify": ("arn:ClassifyLogs", *unwritten),
        "UnwrittenRows-feedback": ("arn:FeedbackLogs", *unwritten),
        "DeployErrors": ("arn:DeployerFunctionLogs", '{ $.level = "error" }', "1", {}),
        "Withdrawals": ("arn:DeployerFunctionLogs", '{ $.event = "withdrawn" }', "1", {"Version": "$.version"}),
        "TaxonomyDiffers": ("arn:DeployerFunctionLogs", '{ $.event = "taxonomy_differs" }', "1", {}),
        "UnrecordedRuns": (
            "arn:JobLogsProcessing",
            f'{{ ($.event = "run_not_recorded") && ($.experiment = "mailroom-{environment}") }}',
            "1",
            {},
        ),
        **(
            {"ExportLate": ("arn:AirflowTaskLogs", f'"{LATE_MARK}"', "1", {})}
            if "export-late" in _alarms(assembly, environment)
            else {}
        ),
    }


@pytest.mark.parametrize("environment", ["prod", "options"])
def test_a_failed_run_of_either_dag_is_told_by_airflow_s_own_metric_of_that_dag(assembly: Assembly, environment: str):
    alarms = _alarms(assembly, environment)
    told = {
        name: (
            alarm["Namespace"],
            alarm["MetricName"],
            {one["Name"]: one["Value"] for one in alarm["Dimensions"]},
            alarm["Statistic"],
            alarm["ComparisonOperator"],
            alarm["Threshold"],
        )
        for name, alarm in alarms.items()
        if name in ("retrain-failed", "feedback-report-failed", "airflow-imports")
    }
    where, above = {"Environment": f"mailroom-{ENVIRONMENTS[environment]}"}, ("GreaterThanThreshold", 0)
    assert told == {
        "retrain-failed": (
            *("AmazonMWAA", "DAGDurationFailed"),
            {**where, "DAG": "monthly_retrain"},
            *("SampleCount", *above),
        ),
        "feedback-report-failed": (
            *("AmazonMWAA", "DAGDurationFailed"),
            {**where, "DAG": "feedback_report"},
            *("SampleCount", *above),
        ),
        "airflow-imports": (
            *("AmazonMWAA", "ImportErrors"),
            {**where, "Function": "DAG Processing"},
            *("Minimum", *above),
        ),
    }


def test_the_alarms_are_about_the_dags_that_are_there():
    ids = {match[1] for path in DAGS.glob("*.py") for match in re.finditer(r'dag_id="(\w+)"', path.read_text())}
    assert ids == {"monthly_retrain", "feedback_report"}


def _dashboard(assembly: Assembly, environment: str) -> dict[str, Any]:
    body = assembly[environment, "observability"].properties("AWS::CloudWatch::Dashboard")
    assert body["DashboardName"] == f"mailroom-{environment if environment in ACCOUNTS else 'dev'}"
    return json.loads(text(body["DashboardBody"]))


ROWS = [
    ["Alarms"],
    ["Traffic (requests)", "Errors (requests)", "Latency (ms)"],
    ["Decisions (mails)", "Confidence (mean)", "Label mix (mails an hour)"],
    ["Model (invocations)", "Model latency (µs)", "Instances (percent)"],
    ["Functions: errors and throttles", "Ledger (rows not written)", "Pipeline (runs)", "Cost (USD)"],
]


def _rows(dashboard: dict[str, Any]) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for widget in dashboard["widgets"]:
        rows.setdefault(widget["y"], []).append(widget["properties"]["title"])
    return [rows[y] for y in sorted(rows)]


@BOTH
def test_the_dashboard_answers_one_question_a_row(assembly: Assembly, environment: str):
    assert _rows(_dashboard(assembly, environment)) == ROWS


def test_what_sleeps_shows_no_instances(assembly: Assembly):
    rows = [[title for title in row if title != "Instances (percent)"] for row in ROWS]
    assert _rows(_dashboard(assembly, "serverless")) == rows


@BOTH
def test_the_dashboard_shows_the_state_of_every_alarm(assembly: Assembly, environment: str):
    alarms = _dashboard(assembly, environment)["widgets"][0]["properties"]["alarms"]
    watched = 4 + len(_alarms(assembly, environment)) + 1
    assert len(alarms) == len(set(alarms)) == watched


@BOTH
def test_the_graphs_of_the_mails_show_the_metrics_of_the_log(assembly: Assembly, environment: str):
    graphs = {
        widget["properties"]["title"]: widget["properties"] for widget in _dashboard(assembly, environment)["widgets"]
    }
    shown = [metric[:2] for metric in graphs["Decisions (mails)"]["metrics"]]
    own = f"mailroom-{environment}"
    assert shown == [[own, "AutoRouted"], [own, "Suggested"], [own, "ForReview"]]
    search = graphs["Label mix (mails an hour)"]["metrics"][0][0]["expression"]
    assert search == f"SEARCH('{{{own},Label}} MetricName=\"Labelled\"', 'Sum', 3600)"
    assert graphs["Cost (USD)"]["metrics"][0][:4] == ["AWS/Billing", "EstimatedCharges", "Currency", "USD"]
    assert graphs["Cost (USD)"]["metrics"][0][4]["region"] == "us-east-1"
