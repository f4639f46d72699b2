"""The account's alarms follow what is measured; the times are the tests' own, at a pace of a minute a second."""

from collections import Counter

import pytest

from local.accounts.credentials import Credentials
from local.alarms.errors import AlarmError
from local.alarms.invocation_metrics import InvocationMetrics
from local.alarms.watch import Watch, try_look
from local.pace import Pace
from tests.local.alarms.conftest import ENDPOINT, FunctionLog, Invocations, common, states

pytestmark = pytest.mark.slow

START = 1_800_000_000.0
NONE = "INSUFFICIENT_DATA"


@pytest.fixture
def watch(account: Credentials, log: FunctionLog, invocations: Invocations) -> Watch:
    endpoint = InvocationMetrics(invocations.url, name="mailroom-dev")
    made = Watch("dev", account, folder=log.folder, endpoint=endpoint, pace=Pace(times=60))
    made.refresh()
    return made


def test_alarms_begin_without_data_and_those_without_metrics_here_stay_so(watch: Watch, account: Credentials):
    assert states(account) == {"item-errors": NONE, "model-latency": NONE, "classify-errors": NONE}
    assert (sorted(alarm.name for alarm in watch.alarms), watch.unmeasured) == (
        ["mailroom-dev-item-errors", "mailroom-dev-model-latency"],
        1,
    )
    watch.look(START)
    assert states(account) == {"item-errors": "OK", "model-latency": "OK", "classify-errors": NONE}


def test_log_lines_raise_an_alarm_after_two_of_three_periods_and_it_ends_with_them(
    watch: Watch, account: Credentials, log: FunctionLog
):
    found = []
    for second, errors in enumerate([0, 5, 0, 5, 0, 0, 0]):
        log.request(START + second + 0.2, mails=10)
        log.request(START + second + 0.4, mails=10, errors=errors)
        watch.look(START + second + 1)
        found.append(states(account)["item-errors"])
    assert found == ["OK", "OK", "OK", "ALARM", "OK", "OK", "OK"]


def test_a_few_mails_raise_no_alarm(watch: Watch, account: Credentials, log: FunctionLog):
    for second in range(3):
        log.request(START + second, mails=19, errors=19)
    watch.look(START + 3)
    assert states(account)["item-errors"] == "OK"


def test_a_period_counts_when_it_is_over(watch: Watch, account: Credentials, log: FunctionLog):
    for second in range(2):
        log.request(START + second + 0.5, mails=20, errors=20)
    watch.look(START + 1.9)
    assert states(account)["item-errors"] == "OK"
    watch.look(START + 2)
    assert states(account)["item-errors"] == "ALARM"


def test_slow_invocations_raise_the_alarm_on_latency_and_the_account_is_told_why(
    watch: Watch, account: Credentials, invocations: Invocations
):
    for second in range(2):
        invocations.add(START + second, seconds=0.1, times=5)
        invocations.add(START + second + 0.5, seconds=5, times=5)
    watch.look(START + 2)
    assert states(account) == {"item-errors": "OK", "model-latency": "ALARM", "classify-errors": NONE}
    (alarm,) = account.client("cloudwatch").describe_alarms(AlarmNames=["mailroom-dev-model-latency"])["MetricAlarms"]
    assert alarm["StateReason"] == (
        "GreaterThanThreshold 4e+06, 2 of 3 periods; the last ones: none, none, none, 5e+06, 5e+06"
    )


def test_each_invocation_is_read_once(watch: Watch, invocations: Invocations):
    invocations.add(START, times=3)
    watch.look(START + 1)
    watch.look(START + 2)
    assert [target.partition("=")[2] for target in invocations.asked] == ["0", "3"]


def test_what_failed_counts_by_its_status(watch: Watch, account: Credentials, invocations: Invocations):
    endpoint = InvocationMetrics(invocations.url, name="mailroom-dev")
    for status, config in ((200, "old"), (424, "old"), (500, "new"), (503, "new")):
        invocations.add(START, status=status, config=config)
    totals: Counter[tuple[str, str | None]] = Counter()
    for sample in endpoint.look():
        assert endpoint.has(sample.metric)
        totals[sample.metric.name, dict(sample.metric.dimensions).get("EndpointConfigName")] += sample.value
    # Of the variant as a whole, and of each fleet by its configuration.
    assert totals == {
        ("Invocations", None): 4,
        ("Invocations", "old"): 2,
        ("Invocations", "new"): 2,
        ("Invocation4XXErrors", None): 1,
        ("Invocation4XXErrors", "old"): 1,
        ("Invocation4XXErrors", "new"): 0,
        ("Invocation5XXErrors", None): 2,
        ("Invocation5XXErrors", "old"): 0,
        ("Invocation5XXErrors", "new"): 2,
        ("ModelLatency", None): pytest.approx(400_000),
        ("ModelLatency", "old"): pytest.approx(200_000),
        ("ModelLatency", "new"): pytest.approx(200_000),
    }


def test_an_alarm_on_one_fleet_hears_nothing_of_another(watch: Watch, account: Credentials, invocations: Invocations):
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="mailroom-dev-new-errors",
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=[*ENDPOINT, {"Name": "EndpointConfigName", "Value": "new"}],
        Statistic="Sum",
        Period=60,
        **common(0),
    )
    watch.refresh()
    for second in range(2):
        invocations.add(START + second, status=503, config="old")
    watch.look(START + 2)
    assert states(account)["new-errors"] == "OK"
    for second in range(2, 4):
        invocations.add(START + second, status=503, config="new")
    watch.look(START + 4)
    assert states(account)["new-errors"] == "ALARM"


def test_without_a_hosting_adapter_the_log_lines_still_count(account: Credentials, log: FunctionLog):
    endpoint = InvocationMetrics("http://127.0.0.1:1/dev", name="mailroom-dev")
    watch = Watch("dev", account, folder=log.folder, endpoint=endpoint, pace=Pace(times=60))
    log.request(START, mails=20, errors=20)
    log.request(START + 1, mails=20, errors=20)
    assert try_look(watch, START + 2, refresh=True)
    assert states(account)["item-errors"] == "ALARM"


def test_a_state_that_somebody_sets_holds_until_the_alarm_is_read_again(watch: Watch, account: Credentials):
    watch.look(START)
    account.client("cloudwatch").set_alarm_state(
        AlarmName="mailroom-dev-item-errors", StateValue="ALARM", StateReason="A person tries it."
    )
    watch.look(START + 1)
    assert states(account)["item-errors"] == "ALARM"
    assert try_look(watch, START + 2, refresh=True)
    assert states(account)["item-errors"] == "OK"


def test_alarms_and_filters_that_are_changed_later_are_followed_as_they_are_then(
    watch: Watch, account: Credentials, log: FunctionLog
):
    log.request(START, mails=20, errors=20)
    log.request(START + 1, mails=20, errors=20)
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="mailroom-dev-mails",
        Namespace="mailroom-dev",
        MetricName="RelayedMails",
        Statistic="Sum",
        Period=60,
        **common(19),
    )
    assert try_look(watch, START + 2, refresh=True)
    assert states(account)["mails"] == "ALARM"


def test_a_filter_that_cannot_be_followed_is_named_in_one_sentence(watch: Watch, account: Credentials):
    account.client("logs").put_metric_filter(
        logGroupName="/aws/lambda/mailroom-dev-classify",
        filterName="Words",
        filterPattern="ERROR",
        metricTransformations=[{"metricNamespace": "n", "metricName": "Words", "metricValue": "1"}],
    )
    with pytest.raises(AlarmError) as caught:
        watch.refresh()
    assert str(caught.value) == (
        "The metric filter Words cannot be followed: The filter pattern 'ERROR' is none for JSON lines, which stand in "
        "braces."
    )
    assert not try_look(watch, START, refresh=True)


def test_an_alarm_that_cannot_be_evaluated_is_named_in_one_sentence(watch: Watch, account: Credentials):
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="odd",
        Namespace="mailroom-dev",
        MetricName="RelayedMails",
        ExtendedStatistic="p90.x",
        Period=60,
        **common(1),
    )
    with pytest.raises(AlarmError, match=r"^The alarm odd cannot be evaluated: The statistic 'p90\.x' is not known"):
        watch.refresh()
