import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from config.environment import EnvironmentConfig
from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.models.measured import Measured, comparison, evaluation
from local.infra.models.standing import standing
from local.infra.models.table import versions_table
from local.infra.models.versions import chosen, versions
from model.comparison.comparison_json import comparison_to_json
from tests.local.infra.models.conftest import BUCKET, Register
from tests.support.evaluations import comparison_of


def test_versions_are_listed_beside_the_live_one_where_the_test_set_is_the_same(
    account: Account, config: EnvironmentConfig, register: Register, serve: Callable[[str], None]
):
    register("m-old", scores={"queue": 0.5}, frozen_set="2025.1/2025-01", status="Rejected")
    live = register("m-live", scores={"queue": 0.9}, frozen_set="2026.1/2026-01", status="Approved")
    register("m-new", scores={"queue": 0.92, "topic": 0.8}, frozen_set="2026.1/2026-01")
    serve(live)
    found = versions(account, config)
    assert standing(account, config).live == live
    table = versions_table(
        found,
        {one.arn: Measured(evaluation(account, one), comparison(account, one)) for one in found},
        live=live,
        states={one.arn: f"is {one.number}" for one in found},
        tasks=("queue", "topic"),
    )
    lines = [re.split(r"\s{2,}", line) for line in table.splitlines()]
    assert lines[0] == [
        *("version", "state", "model", "registered", "decided by"),
        *("taxonomy", "test set", "beside", "queue", "topic"),
    ]
    assert [[*line[:3], *line[5:]] for line in lines[2:]] == [
        ["3", "is 3", "m-new", "2026.1", "2026.1/2026-01", "2", "0.920 (0.900, +0.020)", "0.800"],
        ["2", "is 2", "m-live", "2026.1", "2026.1/2026-01", "-", "0.900", "-"],
        ["1", "is 1", "m-old", "2026.1", "2025.1/2025-01", "-", "0.500", "-"],
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
    table = versions_table(found, measured, live=challenger, states=dict.fromkeys(measured, "any"), tasks=("queue",))
    lines = [re.split(r"\s{2,}", line) for line in table.splitlines()[2:]]
    # Its own score counts all labels, the difference those that both know.
    assert [line[-2:] for line in lines] == [["1", "0.930 (0.880, +0.030)"], ["2", "0.900 (0.930, -0.030)"]]


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
    assert (standing(account, config).live, evaluation(account, one)) == (None, None)


@pytest.mark.parametrize("wish", ["1", "m-1", "arn"])
def test_a_version_is_named_by_number_by_model_version_or_by_arn(
    account: Account, config: EnvironmentConfig, register: Register, wish: str
):
    arn = register("m-1")
    register("m-2")
    assert chosen(account, config, arn if wish == "arn" else wish).arn == arn


def test_an_unknown_version_is_refused_with_those_that_there_are(
    account: Account, config: EnvironmentConfig, register: Register
):
    register("m-1")
    register("m-1")
    with pytest.raises(AccountError, match=r"^There is no version '7'; the newest are: 2 \(m-1\), 1 \(m-1\)\.$"):
        chosen(account, config, "7")
    with pytest.raises(AccountError, match=r"^m-1 was registered several times: name it by its number, 2 and 1\.$"):
        chosen(account, config, "m-1")


def test_a_version_that_is_no_longer_among_the_newest_is_still_known_by_number_and_by_arn(
    account: Account, config: EnvironmentConfig, register: Register
):
    arn = register("m-first")
    for _ in range(50):
        register("m-later")
    assert arn not in [one.arn for one in versions(account, config)]
    assert [chosen(account, config, wish).arn for wish in ("1", arn)] == [arn, arn]


def test_scores_that_a_repacked_version_inherited_are_marked(
    account: Account, config: EnvironmentConfig, register: Register
):
    register("m-2", scores={"queue": 0.9}, repacked_from="m-1")
    (one,) = versions(account, config)
    measured = {one.arn: Measured(evaluation(account, one))}
    table = versions_table([one], measured, live=None, states={one.arn: "waits"}, tasks=("queue", "topic"))
    assert re.split(r"\s{2,}", table.splitlines()[-1])[-2:] == ["0.900 †", "-"]
