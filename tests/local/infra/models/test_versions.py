import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from config.environment import EnvironmentConfig
from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.models.approval import approve, reject
from local.infra.models.measured import Measured, comparison, evaluation
from local.infra.models.table import versions_table
from local.infra.models.versions import chosen, live_package, versions
from model.comparison.comparison_json import comparison_to_json
from tests.local.infra.models.conftest import BUCKET, Register
from tests.support.evaluations import comparison_of


def statuses(account: Account, config: EnvironmentConfig) -> dict[int, str]:
    return {one.number: one.status for one in versions(account, config)}


def test_versions_are_listed_beside_the_live_one_where_the_test_set_is_the_same(
    account: Account, config: EnvironmentConfig, register: Register, serve: Callable[[str], None]
):
    register("m-old", scores={"queue": 0.5}, frozen_set="2025.1/2025-01", status="Rejected")
    live = register("m-live", scores={"queue": 0.9}, frozen_set="2026.1/2026-01", status="Approved")
    register("m-new", scores={"queue": 0.92, "topic": 0.8}, frozen_set="2026.1/2026-01")
    serve(live)
    found = versions(account, config)
    assert live_package(account, config) == live
    table = versions_table(
        found,
        {one.arn: Measured(evaluation(account, one), comparison(account, one)) for one in found},
        live=live,
        tasks=("queue", "topic"),
    )
    lines = [re.split(r"\s{2,}", line) for line in table.splitlines()]
    assert lines[0] == [
        *("version", "model", "registered", "status", "decided by"),
        *("taxonomy", "test set", "beside", "queue", "topic"),
    ]
    assert [[line[0], line[1], line[3], *line[5:]] for line in lines[2:]] == [
        ["3", "m-new", "PendingManualApproval", "2026.1", "2026.1/2026-01", "2 *", "0.920 (0.900, +0.020)", "0.800"],
        ["2 *", "m-live", "Approved", "2026.1", "2026.1/2026-01", "-", "0.900", "-"],
        ["1", "m-old", "Rejected", "2026.1", "2025.1/2025-01", "-", "0.500", "-"],
    ]


def test_a_version_stands_beside_the_one_that_the_gate_held_it_against_even_if_another_is_live_now(
    account: Account, config: EnvironmentConfig, register: Register, serve: Callable[[str], None]
):
    champion = register("m-champion", scores={"queue": 0.9})
    compared = comparison_of({"queue": 0.91}, {"queue": 0.88})
    assert compared.champion is not None
    compared = replace(compared, champion=replace(compared.champion, model_package=champion))
    account.client("s3").put_object(
        Bucket=BUCKET, Key="evaluations/run/comparison.json", Body=comparison_to_json(compared).encode()
    )
    challenger = register("m-new", scores={"queue": 0.93}, evaluation=f"s3://{BUCKET}/evaluations/run")
    serve(challenger)
    found = versions(account, config)
    measured = {one.arn: Measured(evaluation(account, one), comparison(account, one)) for one in found}
    table = versions_table(found, measured, live=challenger, tasks=("queue",))
    lines = [re.split(r"\s{2,}", line) for line in table.splitlines()[2:]]
    # Its own score counts all labels, the difference those that both know.
    assert [line[-2:] for line in lines] == [["1", "0.930 (0.880, +0.030)"], ["2 *", "0.900 (0.930, -0.030)"]]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", None])
def test_what_cannot_be_read_of_a_version_is_left_out(
    account: Account, config: EnvironmentConfig, register: Register, body: bytes | None
):
    arn = register("m-1", scores={"queue": 0.9}, evaluation=f"s3://{BUCKET}/evaluations/m-1")
    for name in ("evaluation.json", "comparison.json"):
        if body is None:
            account.client("s3").delete_object(Bucket=BUCKET, Key=f"evaluations/m-1/{name}")
        else:
            account.client("s3").put_object(Bucket=BUCKET, Key=f"evaluations/m-1/{name}", Body=body)
    (one,) = versions(account, config)
    assert one.arn == arn
    assert Measured(evaluation(account, one), comparison(account, one)) == Measured()


def test_without_an_endpoint_nothing_is_live_and_without_metrics_nothing_is_scored(
    account: Account, config: EnvironmentConfig, register: Register
):
    register("m-1")
    (one,) = versions(account, config)
    assert (live_package(account, config), evaluation(account, one)) == (None, None)


@pytest.mark.parametrize("wish", ["1", "m-1", "arn"])
def test_a_version_is_named_by_number_by_model_version_or_by_arn(
    account: Account, config: EnvironmentConfig, register: Register, wish: str
):
    arn = register("m-1")
    register("m-2")
    assert chosen(versions(account, config), arn if wish == "arn" else wish).arn == arn


def test_an_unknown_version_is_refused_with_those_that_there_are(
    account: Account, config: EnvironmentConfig, register: Register
):
    register("m-1")
    register("m-1")
    found = versions(account, config)
    with pytest.raises(AccountError, match=r"^There is no version '7'; the newest are: 2 \(m-1\), 1 \(m-1\)\.$"):
        chosen(found, "7")
    with pytest.raises(AccountError, match=r"^m-1 was registered several times: name it by its number, 2 and 1\.$"):
        chosen(found, "m-1")


def test_approving_and_rejecting_change_the_registry_and_say_what_follows(
    account: Account, config: EnvironmentConfig, register: Register
):
    arn = register("m-1")
    (one,) = versions(account, config)
    assert approve(account, one, reason="better", live=None) == (
        "Version 1 (m-1) is approved; the deployment follows by itself: watch it with `make models ENV=prod`."
    )
    assert statuses(account, config) == {1: "Approved"}
    (one,) = versions(account, config)
    assert reject(account, one, reason="worse", live=arn) == (
        "Version 1 (m-1) is rejected; the newest approved version before it comes back by itself."
    )
    assert statuses(account, config) == {1: "Rejected"}
    described = account.client("sagemaker").describe_model_package(ModelPackageName=arn)
    assert described["ApprovalDescription"] == "worse"


def test_what_is_so_already_is_said_and_changes_nothing(
    account: Account, config: EnvironmentConfig, register: Register
):
    live, turned_back = register("m-1", status="Approved"), register("m-2", status="Approved")
    register("m-3", status="Rejected")
    third, second, first = versions(account, config)
    assert (first.arn, second.arn) == (live, turned_back)
    assert approve(account, first, reason="", live=live) == "Version 1 (m-1) is live already."
    assert reject(account, third, reason="", live=live) == "Version 3 (m-3) is rejected already."
    with pytest.raises(AccountError, match=r"^Version 2 is approved and not live: it was turned back"):
        approve(account, second, reason="", live=live)
    assert statuses(account, config) == {1: "Approved", 2: "Approved", 3: "Rejected"}
