"""The loop without its second training: real trainings, a real gate, real servers, real HTTP."""

import json
import re
import tarfile
from pathlib import Path

import pytest

from tests.local.demo.test_whole_demo import demo

MODEL = r"m-[0-9a-f]{12}"

pytestmark = [pytest.mark.demo, pytest.mark.slow]


def chapters(printed: str) -> dict[str, str]:
    """What was printed in each chapter, by the chapter's name up to its first colon."""
    _, *parts = re.split(r"^── (.+?) ─+$", printed, flags=re.MULTILINE)
    return {name.partition(":")[0]: text for name, text in zip(parts[::2], parts[1::2], strict=True)}


def test_a_models_life_from_a_merge_to_a_refused_challenger(tmp_path: Path, accounts_assembly: Path):
    done = demo(accounts_assembly, "--folder", str(tmp_path), "--fast", "--rows", "3")
    assert done.returncode == 0, done.stderr[-2000:]
    told = chapters(done.stdout)
    assert list(told) == [
        "mails and base model",
        "both accounts deployed",
        "a merge to develop",
        "a merge to main",
        "February",
        "a bad challenger",
    ]

    # dev: what passes the gate approves itself, and is what answers.
    develop = told["a merge to develop"]
    steps = re.findall(r"^\[dev\] (\S+) +Succeeded", develop, re.MULTILINE)
    assert sorted(steps) == ["decide", "evaluate", "gate", "prepare", "register", "track", "track-gate", "train"]
    assert "epoch 4: validation score 0." in develop
    assert "approved here" not in develop
    assert re.search(rf"^\[dev\] smoke test: The endpoint answers with {MODEL} \(", develop, re.MULTILINE)

    # prod: waits for a person, then is live by event.
    main = told["a merge to main"]
    (first,) = re.findall(rf"^\[prod\] ({MODEL}) on the frozen test set 2026.1/2026-01:$", main, re.MULTILINE)
    assert main.index("version 1 approved here") < main.index("version 1 is live, by event")
    for page in ("comparison.html", "report.html", "model_card.md"):
        assert (tmp_path / "reports" / first / page).stat().st_size > 1000

    february = told["February"]
    assert f"… of 1,300 mails, all answered by {first}" in february
    assert re.search(r"^line_of_business +1300 +0\.\d{3}", february, re.MULTILINE)
    assert re.search(r"the feedback API took them as 1,300 accepted$", february, re.MULTILINE)

    bad = told["a bad challenger"]
    assert re.search(r"^\[prod\] refuse +Failed", bad, re.MULTILINE)
    assert re.search(
        r"queue has a macro-F1 of 0\.\d{3} where the champion has 0\.\d{3}, 0\.\d{3} beyond the margin", bad
    )
    assert "[prod] version 1 serves as before" in bad
    assert "register" not in bad

    # What was live in the end is what `make up` would serve; nothing goes on running.
    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        manifest = json.load(archive.extractfile("archive.json"))  # type: ignore[arg-type]
    assert manifest["model_version"] == first
    assert not (tmp_path / "run" / "processes.json").exists()
    assert not (tmp_path / "run" / "accounts.json").exists()
