"""The loop as a command: what it needs before its first chapter, and what it leaves behind."""

from pathlib import Path

from local.demo.clock import Clock
from local.demo.loop.story import Told, summary, tell
from local.demo.loop.world import PROD, World
from local.demo.made_from import code_digest, digest, is_current, remember
from local.demo.own_data import make_arguments
from local.demo.plan import DemoOptions
from local.processes import Running, bring_up, stop
from local.quick_training import QUICK
from local.sample.write import SampleFolder, make_sample
from model.base_model import BaseModel, resolve

ROOT = Path(__file__).parents[3]
# Dev's mails are others than production's, and fewer: its run shows that the code works, not how good a model is. Of
# fewer than these, a rare label might have no mail to train on, and the gate would be right to refuse.
_TEST_MAILS = 600
_TOLD = "told.json"
ARCHIVE = "model.tar.gz"

AFTERWARDS = """Try it yourself:
  make up{same}  # serves the model that was live in the end, and writes .run/env
  make models LOCAL=1  # the versions in the accounts that run here, beside the live one
  . .run/env && curl -s "$MAILROOM_URL/v1/classifications" -H "x-api-key: $MAILROOM_API_KEY" \\
    -H 'content-type: application/json' \\
    -d '{{"emails": [{{"id": "1", "subject": "Umzug", "body": "Meine neue Anschrift: Lindenweg 12, Köln."}}]}}'
  make down  # ends it"""


def run_loop(options: DemoOptions, *, fast: bool) -> None:
    """Tell a model's life on both accounts, from nothing; raises MailroomError if a chapter ends otherwise."""
    clock = Clock()
    sample, test_data, base = _prepared(options, clock)
    run_dir = options.folder / "run"
    try:
        with clock.stage("both accounts deployed") as stage:
            stop(run_dir)  # what a run that was killed has left behind is another life
            running = bring_up(run_dir, assembly=options.assembly)
            stage.note = f"{len(running.environments)} accounts on one machine"
            for served in running.environments.values():
                print(f"[{served.environment}] API on {served.url}")
        world = _world(options, running, sample, base)
        told = tell(world, base, test_data=test_data, fast=fast, clock=clock)
        _keep(world, told, options)
    finally:
        stop(run_dir)
    print(f"\nWhat changed:\n{summary(told)}")
    print(f"\nTime per chapter:\n{clock.table()}")
    print(f"\n{AFTERWARDS.format(same=make_arguments(options))}")


def serves_this(options: DemoOptions) -> bool:
    """Whether the archive in the demo's folder is what the loop ended with under these options."""
    return is_current(options.folder / _TOLD, _made_from(options), options.folder / ARCHIVE)


def _keep(world: World, told: Told, options: DemoOptions) -> None:
    """The archive that is live in the end, for `make up`."""
    package = world.client(PROD, "sagemaker").describe_model_package(ModelPackageName=told.live)
    place = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = place.removeprefix("s3://").partition("/")
    (options.folder / _TOLD).unlink(missing_ok=True)
    world.client(PROD, "s3").download_file(bucket, key, str(options.folder / ARCHIVE))
    remember(options.folder / _TOLD, _made_from(options))


def _made_from(options: DemoOptions) -> str:
    return digest(
        [
            options.mails,
            options.seed,
            options.base_model,
            dict(options.hyperparameters),
            code_digest("mailroom", "model"),
        ]
    )


def _prepared(options: DemoOptions, clock: Clock) -> tuple[SampleFolder, SampleFolder, BaseModel]:
    with clock.stage("mails and base model") as stage:
        sample = make_sample(options.folder / "sample", seed=options.seed, mails=options.mails)
        test_data = make_sample(options.folder / "test-data", seed=options.seed + 1, mails=_TEST_MAILS)
        base = resolve(options.base_model, cache=ROOT / ".cache" / "base-models")
        stage.note = f"{options.mails:,} synthetic mails a month; {base.name}"
        print(stage.note)
    return sample, test_data, base


def _world(options: DemoOptions, running: Running, sample: SampleFolder, base: BaseModel) -> World:
    return World(
        folder=options.folder,
        running=running,
        sample=sample,
        hyperparameters={**{name: str(value) for name, value in QUICK.items()}, **options.hyperparameters},
        base_model=base.name,
        rows=options.rows,
    )
