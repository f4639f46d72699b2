"""An executor that ends at any moment, and another one that goes on."""

import itertools
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.accounts.credentials import Credentials, assume
from local.pipelines.account import Account, StepState
from local.process_table import start_time
from tests.local.pipelines.small_pipelines import (
    BUCKET,
    GROUP,
    Ground,
    archive_of,
    condition,
    fail,
    from_file,
    output_of,
    processing,
    register,
    tarball,
    training,
)

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
STEPS = ("prepare", "train", "decide", "register")
OUT = "/opt/ml/processing/output/out"
TRAINS = "import os; open(os.environ['SM_MODEL_DIR'] + '/model', 'w').write('m')"
TRAINS_FROM_ITS_CHECKPOINT = """
import os, signal, time
from pathlib import Path
folder = Path(os.environ["SM_CHECKPOINT_DIR"])
folder.mkdir(exist_ok=True)
begun = (folder / "epoch").is_file()
print("goes on from", (folder / "epoch").read_text() if begun else "the beginning", flush=True)
if not begun:
    (folder / "epoch").write_text("epoch 1")
    print("pid", os.getpid(), flush=True)
    {end}
Path(os.environ["SM_MODEL_DIR"], "model").write_text("m")
"""


def whole():
    return (
        processing("prepare", f"""echo '{{"verdict": "passed"}}' > {OUT}/facts.json"""),
        training("train", data=output_of("prepare")),
        condition(
            "decide",
            from_file("prepare", "verdict"),
            "passed",
            then=[register("register", archive_of("train"))],
            otherwise=[fail("refuse", "no")],
        )
        | {"DependsOn": ["train"]},
    )


class Killed(BaseException):
    """The executor's process has been killed."""


class DyingAccount(Account):
    """An account whose executor is killed at its nth word about a step: just before it is told, or just after."""

    def __init__(self, credentials: Credentials, *, word: int, before: bool) -> None:
        super().__init__(credentials)
        self._left = word
        self._before = before
        self.is_dead = False

    def tell_step(self, arn: str, step: StepState) -> None:
        self._left -= 1
        if self._left == 0 and not self._before:
            super().tell_step(arn, step)
        if self._left == 0:
            self.is_dead = True
        if self.is_dead:
            raise Killed
        super().tell_step(arn, step)

    def _call(self, call_name, /, **content):
        if self.is_dead and content.get("step") is None:
            raise Killed
        return super()._call(call_name, **content)


WORDS = 16
"""At least this many words about steps are said in a whole execution."""


@pytest.mark.parametrize(("word", "before"), list(itertools.product(range(1, WORDS + 1), (True, False))))
def test_an_executor_killed_at_any_word_about_a_step_is_gone_on_with_and_registers_once(ground, word, before):
    ground.put("code/code.tar.gz", tarball(TRAINS))
    arn = ground.start(ground.pipeline(*whole()))
    with pytest.raises(Killed):
        ground.run(arn, account=DyingAccount(ground.credentials, word=word, before=before))
    assert ground.status(arn) == "Executing"
    ground.run(arn)
    assert (ground.status(arn), ground.statuses(arn), len(ground.packages(arn))) == (
        "Succeeded",
        dict.fromkeys(STEPS, "Succeeded"),
        1,
    )
    execution = arn.rpartition("/")[2]
    listed = ground.sagemaker.list_processing_jobs(NameContains=execution)["ProcessingJobSummaries"]
    assert {job["ProcessingJobStatus"] for job in listed} <= {"Completed", "Stopped"}


def test_what_has_succeeded_does_not_run_again(ground):
    ground.put("code/code.tar.gz", tarball(TRAINS))
    arn = ground.start(ground.pipeline(processing("one", "echo once"), processing("two", "true", DependsOn=["one"])))
    with pytest.raises(Killed):
        ground.run(arn, account=DyingAccount(ground.credentials, word=4, before=False))
    ground.run(arn)
    assert (ground.statuses(arn), ground.log(arn, "one")) == ({"one": "Succeeded", "two": "Succeeded"}, "once\n")


def test_a_training_job_that_was_killed_is_tried_again_from_its_checkpoint(ground):
    end = "time.sleep(1.5); os.kill(os.getpid(), signal.SIGKILL)"
    ground.put("code/code.tar.gz", tarball(TRAINS_FROM_ITS_CHECKPOINT.format(end=end)))
    ground.put("data/words", "words")
    retries = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 2}]
    arn = ground.ran(training("train", data=f"s3://{BUCKET}/data/", RetryPolicies=retries))
    said = [line for line in ground.log(arn, "train").splitlines() if line.startswith("goes on")]
    assert (ground.statuses(arn), said) == (
        {"train": "Succeeded"},
        ["goes on from the beginning", "goes on from epoch 1"],
    )
    jobs = ground.sagemaker.list_training_jobs(NameContains=arn.rpartition("/")[2])["TrainingJobSummaries"]
    assert sorted(job["TrainingJobStatus"] for job in jobs) == ["Completed", "Failed"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Ground, Path]]:
    """An account of the test's own, with its state file, for an executor in a process of its own."""
    state = tmp_path / "accounts.json"
    place = Place(account="111122223333", region="eu-central-1")
    try:
        made = assume(emulator.start(state), account=place.account, region=place.region)
        accounts_file.write(state, {"dev": place})
        region = {"LocationConstraint": "eu-central-1"}
        made.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
        made.client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
        yield Ground(credentials=made, folder=tmp_path / "run" / "pipelines"), state
    finally:
        emulator.stop(state)


def executor(state: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local.pipelines", "--accounts", str(state), "--env", "dev"]
    return subprocess.Popen(
        [*command, "--folder", str(folder), "--pace", "10000"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def wait_until(condition):
    while not (found := condition()):
        time.sleep(0.05)
    return found


def printed(ground: Ground, arn: str) -> list[str]:
    log = ground.folder / arn.rpartition("/")[2] / "train.log"
    return log.read_text().splitlines() if log.is_file() else []


def test_a_killed_executor_takes_its_job_along_and_the_next_one_trains_on_from_the_checkpoint(own):
    ground, state = own
    ground.put("code/code.tar.gz", tarball(TRAINS_FROM_ITS_CHECKPOINT.format(end="time.sleep(600)")))
    ground.put("data/words", "words")
    arn = ground.start(ground.pipeline(training("train", data=f"s3://{BUCKET}/data/", max_seconds=900)))
    kept = f"checkpoints/{arn.rpartition('/')[2]}/epoch"
    first = executor(state, state.parent / "run")
    job = wait_until(lambda: next((line for line in printed(ground, arn) if line.startswith("pid ")), None))
    pid = int(job.removeprefix("pid "))
    wait_until(lambda: ground.s3.list_objects_v2(Bucket=BUCKET, Prefix=kept).get("Contents"))
    first.send_signal(signal.SIGKILL)
    first.communicate()
    wait_until(lambda: start_time(pid) is None)
    second = executor(state, state.parent / "run")
    try:
        wait_until(lambda: ground.status(arn) != "Executing")
    finally:
        second.terminate()
        said = second.communicate()[1]
    assert (second.returncode, ground.status(arn)) == (130, "Succeeded")
    assert [line for line in printed(ground, arn) if line.startswith("goes on")] == [
        "goes on from the beginning",
        "goes on from epoch 1",
    ]
    events = [json.loads(line)["event"] for line in said.splitlines()]
    assert events == ["ready", "step_started", "step_ended", "execution_ended"]


def test_mails_that_a_killed_executors_job_has_left_are_removed_before_anything_runs(own):
    ground, state = own
    left = ground.folder / "gone" / "train.job" / "input" / "train.jsonl"
    left.parent.mkdir(parents=True)
    left.write_text("mails")
    process = executor(state, state.parent / "run")
    try:
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["event"] == "ready"
        assert not (ground.folder / "gone" / "train.job").exists()
    finally:
        process.terminate()
        process.communicate()


def test_two_executors_never_share_a_folder(own):
    ground, state = own
    first = executor(state, state.parent / "run")
    try:
        wait_until((ground.folder / "lock").exists)
        assert first.stderr is not None
        first.stderr.readline()
        second = executor(state, state.parent / "run")
        said = second.communicate()[1]
    finally:
        first.terminate()
        first.communicate()
    assert (second.returncode, said) == (
        2,
        f"Another executor runs with the folder {ground.folder}: end it first.\n",
    )
