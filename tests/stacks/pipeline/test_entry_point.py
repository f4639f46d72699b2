"""A processing job's command line, run by a real shell on the real tarball."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailroom.wire.labels import taxonomy_to_json
from tests.support.evaluations import write_evaluation
from tests.support.node import node_environment
from tests.support.pipeline import ROOT, all_steps, definition
from tests.support.tiny_dataset import TAXONOMY

PACK = """
import sys
from pathlib import Path
from stacks.assets.archives import tar_gz_archive
from stacks.assets.training_source import training_source_entries
Path(sys.argv[1]).write_bytes(tar_gz_archive(training_source_entries(vendor=Path(sys.argv[2]))))
"""
LABELS = {"line_of_business": ["brokerage", "operations"], "queue": ["transfers", "fees", "address"]}


@pytest.mark.slow
def test_the_gates_command_unpacks_the_code_and_writes_the_verdict_where_the_pipeline_reads_it(tmp_path: Path):
    root = tmp_path / "ml"
    inputs = root / "processing" / "input"
    (inputs / "code").mkdir(parents=True)
    (tmp_path / "vendor" / "cp312").mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-c", PACK, str(inputs / "code" / "0123abcd.gz"), str(tmp_path / "vendor")],
        cwd=ROOT,
        env={**os.environ, **node_environment()},
        check=True,
    )
    write_evaluation(inputs / "evaluation", {"queue": 0.9, "topic": 0.9}, labels=LABELS)
    (inputs / "taxonomy").mkdir()
    (inputs / "taxonomy" / "taxonomy.json").write_text(json.dumps(taxonomy_to_json(TAXONOMY)), encoding="utf-8")
    gate = all_steps(definition())["gate"]
    application = gate["Arguments"]["AppSpecification"]
    command = [
        part.replace("/opt/ml", str(root))
        for part in (*application["ContainerEntrypoint"], *application["ContainerArguments"])
    ]
    # The interpreter of the tests stands for the image's.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PATH": path, **gate["Arguments"]["Environment"]},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "gate: passed. All rules hold.\n"), done.stderr
    (output,) = gate["Arguments"]["ProcessingOutputConfig"]["Outputs"]
    written = Path(output["S3Output"]["LocalPath"].replace("/opt/ml", str(root))) / gate["PropertyFiles"][0]["FilePath"]
    assert json.loads(written.read_text(encoding="utf-8"))["verdict"] == "passed"
