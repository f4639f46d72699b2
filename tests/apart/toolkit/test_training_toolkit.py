"""The train step of the deployed definition, run by the starter of SageMaker's training image.

Its own environment (requirements/toolkit.txt) has the image's transformers, so that the archive is one as the image
writes it. ``make test-contracts``.
"""

import io
import json
import os
import re
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import transformers

from model.archive.reader import open_archive
from model.classifier.mail_classifier import MailClassifier
from model.dataset.prepared import PreparedDataset
from model.training.rows import model_input
from tests.apart.toolkit.conftest import Ended, Job, train

LayOut = Callable[..., Job]
PROBE = """
import json, os, sys
names = {name: value for name, value in os.environ.items() if name.startswith("SM_")}
with open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "told.json"), "w") as file:
    json.dump({"variables": names, "arguments": sys.argv[1:], "folder": os.getcwd()}, file)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, lay_out: LayOut) -> tuple[Job, Ended]:
    job = lay_out(tmp_path_factory.mktemp("trained") / "ml", epochs=3, learning_rate=0.005)
    return job, train(job)


def accuracy(job: Job) -> float:
    """Share of the test mails whose queue is told right, by a classifier that this environment reads."""
    test = PreparedDataset.load(job.root / "input" / "data" / "train").test
    judged = MailClassifier.load(job.root / "model").judge([model_input(one) for one in test])
    right = [one.labels["queue"] == found.labels["queue"].label for one, found in zip(test, judged, strict=True)]
    return sum(right) / len(right)


def test_the_job_ends_with_an_archive_that_the_reader_accepts(trained: tuple[Job, Ended]):
    job, ended = trained
    assert (ended.code, ended.failure) == (0, None), ended.printed
    assert (job.root / "output" / "success").exists()
    manifest = open_archive(job.root / "model")[1]
    assert f"model_version={manifest.model_version}" in ended.printed
    assert manifest.facts["transformers"] == transformers.__version__ == "5.3.0"
    assert accuracy(job) == 1.0


def test_what_a_run_overrides_reaches_the_program(trained: tuple[Job, Ended]):
    job, ended = trained
    configured = json.loads(job.hyperparameters.read_text(encoding="utf-8"))
    overrides = json.loads(configured["overrides"])
    assert configured["epochs"] != str(overrides["epochs"])
    assert len(re.findall(r"^epoch=", ended.printed, flags=re.MULTILINE)) == overrides["epochs"]
    used = open_archive(job.root / "model")[1].facts["hyperparameters"]
    assert {name: used[name] for name in overrides} == overrides


def test_the_toolkit_tells_the_program_what_the_local_executor_tells_it(tmp_path: Path, lay_out: LayOut):
    job = lay_out(tmp_path / "ml")
    source = Path(json.loads(job.hyperparameters.read_text(encoding="utf-8"))["sagemaker_submit_directory"])
    with tarfile.open(source, "w:gz") as packed:
        entry = tarfile.TarInfo("model/train.py")
        entry.size = len(PROBE.encode())
        packed.addfile(entry, io.BytesIO(PROBE.encode()))
    ended = train(job)
    assert ended.code == 0, ended.printed
    told = json.loads((job.root / "output" / "data" / "told.json").read_text(encoding="utf-8"))
    toolkit = told["variables"]
    # Where checkpoints lie no container is told.
    executor = {name: value for name, value in job.executor.items() if name.startswith("SM_")}
    assert executor.pop("SM_CHECKPOINT_DIR") == toolkit.pop("SM_CHECKPOINT_DIR")
    assert set(executor) - set(toolkit) == set()
    assert {name: _read(executor[name]) for name in executor} == {name: _read(toolkit[name]) for name in executor}
    assert told["arguments"] == json.loads(toolkit["SM_USER_ARGS"])
    assert told["folder"] == str(job.root / "code")


def test_a_wrong_hyperparameter_is_the_reason_that_sagemaker_shows(tmp_path: Path, lay_out: LayOut):
    ended = train(lay_out(tmp_path / "ml", epoch=3))
    assert ended.code == 1
    assert ended.failure is not None
    assert re.fullmatch(r"Hyperparameter 'epoch' is unknown; known are [a-z_, ]+\.", ended.failure)
    assert f"error: {ended.failure}" in ended.printed


def test_what_nobody_foresaw_is_told_without_the_mail_that_brought_it_about(tmp_path: Path, lay_out: LayOut):
    job = lay_out(tmp_path / "ml")
    mails = job.root / "input" / "data" / "train" / "train.jsonl"
    lines = mails.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0]) | {"text": {"Sesam oeffne dich": "Sesam oeffne dich"}}
    mails.write_text("\n".join([json.dumps(first), *lines[1:]]) + "\n", encoding="utf-8")
    ended = train(job)
    assert ended.code == 1
    assert ended.failure
    assert "Sesam" not in ended.failure + ended.printed


def test_with_two_gpus_the_starter_starts_two_processes_that_train_together(tmp_path: Path, lay_out: LayOut):
    job = lay_out(tmp_path / "ml")
    configured = json.loads(job.hyperparameters.read_text(encoding="utf-8"))
    started = {**configured, "sagemaker_torch_distributed_enabled": "true"}
    job.hyperparameters.write_text(json.dumps(started), encoding="utf-8")
    # The starter counts GPUs by this command's lines.
    command = tmp_path / "bin" / "nvidia-smi"
    command.parent.mkdir()
    command.write_text("#!/bin/sh\necho 'GPU 0: T4'\necho 'GPU 1: T4'\n", encoding="utf-8")
    command.chmod(0o755)
    ended = train(job, PATH=_path_with(command.parent))
    assert (ended.code, ended.failure) == (0, None), ended.printed
    assert "torchrun --nnodes 1 --nproc_per_node 2 model/train.py" in ended.printed
    assert ended.printed.count("model_version=") == 1
    assert accuracy(job) == 1.0


def _path_with(folder: Path) -> str:
    return os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
