"""A model from an export of one's own (or the sample), trained here, served in both accounts; no registry of runs, no
retraining: the shortest way to see what Mailroom makes of one's mails."""

import shlex

from local.demo import stages
from local.demo.classify import classify, newest_mails, rate, report_path, show
from local.demo.clock import Clock
from local.demo.plan import DEFAULT_MAILS, DemoOptions, Plan, make_plan
from local.demo.stages import DemoFolders
from local.processes import start, stop
from model.base_model import BaseModel
from model.dataset.prepared import PreparedDataset
from model.prepare import summary

TRY = """Try it yourself:
  make up{same}  # keeps the API running and writes .run/env
  . .run/env && curl -s "$MAILROOM_URL/v1/classifications" -H "x-api-key: $MAILROOM_API_KEY" \\
    -H 'content-type: application/json' \\
    -d '{{"emails": [{{"id": "1", "subject": "Umzug", "body": "Meine neue Anschrift: Lindenweg 12, Köln."}}]}}'
  make down  # ends it"""


def train_and_serve(options: DemoOptions, *, only_archive: bool) -> None:
    """Run the stages up to the archive, then serve it and classify, unless only the archive is wanted."""
    folders = DemoFolders(options.folder)
    clock = Clock()
    plan = _mails(options, clock)
    base, dataset = _data(options, plan, folders, clock)
    _model(options, folders, base, dataset, clock)
    if only_archive:
        print(f"\nModel archive: {folders.archive}")
        return
    _serve(options, plan, folders, dataset, clock)
    print(f"\nTime per stage:\n{clock.table()}")
    if dataset.test:
        print(f"\nReport: {report_path(folders)}")
    print(f"\n{TRY.format(same=make_arguments(options))}")


def make_arguments(options: DemoOptions) -> str:
    """What `make up` must be given to serve this very model."""
    given = {
        "EXPORT": str(options.export or ""),
        "TAXONOMY": str(options.taxonomy or ""),
        "COLUMNS": options.columns,
        "TASKS": ",".join(options.tasks),
        "MAILS": str(options.mails) if options.mails != DEFAULT_MAILS else "",
        "SET": " ".join(f"{name}={value}" for name, value in options.hyperparameters.items()),
        "BASE_MODEL": options.base_model if options.base_model != "embedded" else "",
    }
    return "".join(f" {name}={shlex.quote(value)}" for name, value in given.items() if value)


def _mails(options: DemoOptions, clock: Clock) -> Plan:
    with clock.stage("mails") as stage:
        plan = make_plan(options)
        stage.note = "synthetic CRM exports" if plan.synthetic else str(options.export)
        print(
            f"{stage.note}; taxonomy {plan.taxonomy.version}: "
            + ", ".join(f"{len(plan.taxonomy.active(task))} labels of {task}" for task in plan.tasks)
        )
    return plan


def _data(options: DemoOptions, plan: Plan, folders: DemoFolders, clock: Clock) -> tuple[BaseModel, PreparedDataset]:
    with clock.stage("base model") as stage:
        base = stages.base_model(options)
        stage.note = base.name
        print(f"{base.name}, sha-256 {base.fingerprint[:12]}…")
    with clock.stage("preparation") as stage:
        dataset = stages.prepare_data(plan, folders, options)
        stage.note = (
            f"{len(dataset.train):,} to train, {len(dataset.validation):,} to validate, {len(dataset.test):,} to test"
        )
        print(summary(dataset))
    return base, dataset


def _model(options: DemoOptions, folders: DemoFolders, base: BaseModel, dataset: PreparedDataset, clock: Clock) -> None:
    with clock.stage("training") as stage:
        settings = stages.hyperparameters(options, dataset)
        stage.note = "" if stages.train(folders, base, dataset, settings) else "unchanged, reused"
        print(stage.note or f"model in {folders.model}")
    with clock.stage("evaluation") as stage:
        if not dataset.test:
            stage.note = "left out: no mails to test on"
        elif not stages.evaluate(folders, dataset):
            stage.note = "unchanged, reused"
        print(stage.note or f"report in {folders.evaluation}")
    with clock.stage("archive") as stage:
        packed = stages.archive(folders)
        stage.note = f"{folders.archive.stat().st_size / 1e6:.0f} MB" + ("" if packed else ", unchanged")
        print(f"{folders.archive}: {stage.note}")


def _serve(options: DemoOptions, plan: Plan, folders: DemoFolders, dataset: PreparedDataset, clock: Clock) -> None:
    mails = newest_mails(plan, dataset)
    run_dir = folders.root / "run"
    try:
        with clock.stage("serving") as stage:
            running = start(folders.archive, run_dir, assembly=options.assembly)
            stage.note = f"{len(running.environments)} accounts on one machine"
            for served in running.environments.values():
                print(f"[{served.environment}] API on {served.url}, endpoint on {served.endpoint_url}")
        with clock.stage("CRM") as stage:
            classified = classify(mails, running.crm)
        stage.note = rate(classified, stage.seconds)
        show(classified, plan, folders, options)
    finally:
        stop(run_dir)
