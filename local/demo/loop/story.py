"""The chapters of a model's life, in their order; each says what happened."""

import hashlib
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.demo.clock import Clock
from local.demo.loop.changed import champion_table, months_table
from local.demo.loop.crm import Classified, classify_month, close_cases, show
from local.demo.loop.crm_exports import stage_base_model, upload_month
from local.demo.loop.live import approve, smoke_test, still_live, take_over, wait_until_live
from local.demo.loop.reports import COMPARISON, keep_reports
from local.demo.loop.retrain import retrain
from local.demo.loop.runs import evaluation_file, metadata, registered, run_pipeline, versions
from local.demo.loop.world import DEV, PROD, World
from local.demo.plan import DemoError
from local.sample.write import MonthFolder, SampleFolder
from mailroom.feedback import Feedback
from model.base_model import BaseModel

# A model that has learnt nothing: no epoch, no lexical part, one layer of the encoder.
_BAD = {"epochs": "0", "lexical": "false", "layers": "1", "tuned_layers": "1"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """How it ended: the versions by chapter, and the months as they were classified."""

    live: str
    first: Classified
    second: Classified | None


def tell(world: World, base: BaseModel, *, test_data: SampleFolder, fast: bool, clock: Clock) -> Told:
    """Tell all of it; ``fast`` leaves the second training out, and what follows from it.

    Raises:
        MailroomError: a chapter did not end as it should.
    """
    with clock.stage("a merge to develop: trained on test data, approved by the gate alone, smoke-tested") as stage:
        stage.note = _develop(world, base, test_data.months[0])
    with clock.stage("a merge to main: trained on January, approved by a person, deployed by event") as stage:
        first = _first_model(world, base)
        stage.note = metadata(world, PROD, first)["model_version"]
    with clock.stage("February: classified by the first model; the cases close") as stage:
        february = _classify(world, 2, first)
        cases = close_cases(world, february)
        stage.note = f"{len(february.mails):,} mails"
    live, march = first, None
    if not fast:
        with clock.stage("February's export arrives: the DAG retrains, the gate compares, the canary shifts") as stage:
            live = _second_model(world, first, cases)
            stage.note = metadata(world, PROD, live)["model_version"]
        with clock.stage("March: classified by the new model") as stage:
            march = _classify(world, 3, live)
            stage.note = f"{len(march.mails):,} mails"
    with clock.stage("a bad challenger") as stage:
        _bad_challenger(world, live, newest=1 if fast else 2)
        stage.note = "refused"
    return Told(live=live, first=february, second=march)


def _develop(world: World, base: BaseModel, month: MonthFolder) -> str:
    stage_base_model(world, DEV, base)
    upload_month(world, DEV, month)
    commit = _commit()
    run = run_pipeline(world, DEV, month=month.name, name=f"commit-{commit[:12]}", token=_token(commit))
    package = registered(run)
    wait_until_live(world, DEV, package)
    smoke_test(world, DEV, package)
    return metadata(world, DEV, package)["model_version"]


def _first_model(world: World, base: BaseModel) -> str:
    january = world.month(1)
    stage_base_model(world, PROD, base)
    upload_month(world, PROD, january)
    commit = _commit()
    run = run_pipeline(world, PROD, month=january.name, name=f"commit-{commit[:12]}", token=_token(commit))
    package = registered(run)
    _compare(world, package)
    approve(world, PROD, package)
    wait_until_live(world, PROD, package)
    return package


def _second_model(world: World, champion: str, cases: Sequence[Feedback]) -> str:
    february = world.month(2)
    upload_month(world, PROD, february, cases)
    package = registered(retrain(world, february.name))
    _compare(world, package)
    approve(world, PROD, package)
    take_over(world, PROD, package, former=champion, meanwhile=february)
    return package


def _classify(world: World, month: int, package: str) -> Classified:
    known: Mapping[str, list[str]] = evaluation_file(world, PROD, package, "model.json")["labels"]
    live = metadata(world, PROD, package)["model_version"]
    classified = classify_month(world, world.month(month), live=live, known=known)
    show(classified, rows=world.rows, tasks=tuple(known))
    return classified


def _bad_challenger(world: World, live: str, *, newest: int) -> None:
    before = versions(world, PROD)
    month = world.month(newest).name
    token = _token(uuid.uuid4().hex)
    run = run_pipeline(world, PROD, month=month, name="bad-challenger", token=token, overrides=_BAD)
    if run.package is not None or versions(world, PROD) != before:
        raise DemoError("The gate let a model pass that has learnt nothing.")
    if run.refused is None:
        raise DemoError(f"The bad challenger did not come as far as the gate: {run.reason}")
    still_live(world, PROD, live)


def _compare(world: World, package: str) -> None:
    evaluation = evaluation_file(world, PROD, package, "evaluation.json")
    champion = evaluation_file(world, PROD, package, "champion/evaluation.json")
    known = metadata(world, PROD, package)
    print(f"[{PROD}] {known['model_version']} on the frozen test set {known['frozen_set']}:")
    print(champion_table(evaluation, champion))
    print(f"[{PROD}] what the approver reads: {keep_reports(world, PROD, package) / COMPARISON}")


def summary(told: Told) -> str:
    """What changed from the first month to the last."""
    if told.second is None:
        return f"Live: {told.first.model_version}; the second training was left out."
    first, second = told.first, told.second
    table = months_table(first.scores, second.scores, names=(first.month, second.month))
    return (
        f"{first.month} was classified by {first.model_version}, {second.month} by {second.model_version}; "
        f"March brings wording that no training mail has, and labels that are new with it:\n{table}\n"
        f"{first.month}: {first.decisions}\n{second.month}: {second.decisions}"
    )


def _commit() -> str:
    """The commit that is checked out; where this is no checkout, a number of its own."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - wherever git is installed
            cwd=Path(__file__).parent,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return uuid.uuid4().hex
    return found.stdout.strip()


def _token(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
