"""An archive reads the same under every version of transformers that writes or serves one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.apart.serving.conftest import MAIN, ROOT, TOOLKIT, Archive
from tests.apart.serving.invocations import EMAILS, batch, rounded

IMAGE_PACKAGES = ROOT / ".venvs" / "serving-image"
# Interpreter and packages laid over its own, by version: the released toolkit's, the two images', the checkout's.
READERS: dict[str, tuple[Path, Path | None]] = {
    "4.57.6": (Path(sys.executable), None),
    "5.3.0": (TOOLKIT, None),
    "5.5.3": (TOOLKIT, IMAGE_PACKAGES),
    "5.23.0": (MAIN, None),
}


def answer(archive: Archive, version: str) -> Any:
    interpreter, packages = READERS[version]
    done = subprocess.run(
        [interpreter, Path(__file__).with_name("answer.py"), archive.folder],
        cwd=archive.root,
        check=True,
        env={**os.environ, "PYTHONPATH": str(packages or "")},
        input=batch(EMAILS),
        stdout=subprocess.PIPE,
    )
    said = json.loads(done.stdout)
    assert said["transformers"] == version
    return said["answer"]


@pytest.mark.parametrize("written_under", ["archive", "archive_of_main"], ids=["training-image", "checkout"])
def test_an_archive_reads_the_same_under_each_version(written_under: str, request: pytest.FixtureRequest):
    archive: Archive = request.getfixturevalue(written_under)
    answers = {version: rounded(answer(archive, version)) for version in READERS}
    assert answers == dict.fromkeys(READERS, answers["5.5.3"])
    labels = [result["labels"]["queue"]["label"] for result in answers["5.5.3"]["results"] if result["status"] == "ok"]
    assert labels == ["transfers", "fees", "address"]
