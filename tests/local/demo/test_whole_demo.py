"""The demo on few mails: real base model, real training, real servers, real HTTP."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
QUICK = ["--set", "layers=2", "--set", "tuned_layers=1", "--set", "epochs=2", "--set", "max_tokens=64"]

pytestmark = [pytest.mark.demo, pytest.mark.slow]


def demo(assembly: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.demo", "--assembly", str(assembly), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )


def test_trained_and_served_once_200_mails_a_month_say_what_was_done_and_a_second_run_trains_nothing(
    tmp_path: Path, accounts_assembly: Path
):
    first = demo(accounts_assembly, "--folder", str(tmp_path), "--once", "--mails", "200", "--rows", "5", *QUICK)
    assert first.returncode == 0, first.stderr[-2000:]
    assert (
        "synthetic CRM exports; taxonomy 2026.1: 3 labels of line_of_business, 12 labels of queue, 40 labels of topic"
        in first.stdout
    )
    assert re.search(r"^\[prod\] model m-\w+ registered as version 1, waits for a person", first.stdout, re.MULTILINE)
    assert re.search(r"^serving\s+\d+\.\d s  2 accounts on one machine$", first.stdout, re.MULTILINE)
    assert "… and 195 more" in first.stdout
    assert re.search(r"^line_of_business\s+200\s+0\.\d{3}\s+0\.\d{3}$", first.stdout, re.MULTILINE)
    assert re.search(r"^CRM\s+\d+\.\d s  200 mails, [\d,]+ a second$", first.stdout, re.MULTILINE)
    report = tmp_path / "evaluation" / "report.html"
    assert f"Report: {report}" in first.stdout
    page = report.read_text(encoding="utf-8")
    assert "synthetic" in page.lower()
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    evaluation = json.loads((tmp_path / "evaluation" / "evaluation.json").read_text())
    assert list(evaluation["tasks"]) == ["line_of_business", "queue", "topic"]
    assert not (tmp_path / "run" / "processes.json").exists()
    assert not (tmp_path / "run" / "accounts.json").exists()

    second = demo(accounts_assembly, "--folder", str(tmp_path), "--once", "--mails", "200", "--rows", "5", *QUICK)
    assert second.returncode == 0, second.stderr[-2000:]
    for stage in ("training", "evaluation"):
        assert re.search(rf"^{stage}\s+\d+\.\d s  unchanged, reused$", second.stdout, re.MULTILINE)
    assert re.search(r"^archive\s+\d+\.\d s  \d+ MB, unchanged$", second.stdout, re.MULTILINE)


def own_rows(count: int) -> list[dict[str, str]]:
    texts = {"Depot": "Bitte übertragen Sie mein Depot zu Ihnen", "Gebühr": "Die Gebühr auf der Abrechnung ist falsch"}
    return [
        {
            "Nr": str(number),
            "Betreff": label,
            "Text": f"Guten Tag, {text}. Vorgang {number * 37}.",
            "Team": label,
            "Thema": "",
        }
        for number, (label, text) in zip(range(count), list(texts.items()) * count, strict=False)
    ]


def test_fifty_rows_of_ones_own_with_a_label_missing_everywhere_are_enough(tmp_path: Path, accounts_assembly: Path):
    export = tmp_path / "mails.csv"
    with export.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["Nr", "Betreff", "Text", "Team", "Thema"])
        writer.writeheader()
        writer.writerows(own_rows(50))
    done = demo(
        accounts_assembly,
        "--folder",
        str(tmp_path / "demo"),
        "--export",
        str(export),
        "--tasks",
        "queue,topic",
        "--columns",
        "id=Nr,subject=Betreff,body=Text,queue=Team,topic=Thema",
        *QUICK,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"^queue\s+\d+\s+\d\.\d{3}", done.stdout, re.MULTILINE)
    assert "Depot" in done.stdout
    assert "No row has a label for the task 'topic'" in done.stdout
    # The mails are variations of two: all near-duplicates are on one side, and none is left to test on.
    assert "the CRM sends mails that training has seen" in done.stdout


@pytest.mark.parametrize(
    ("rows", "taxonomy", "said"),
    [
        (
            [{"id": "1", "body": "Hallo", "queue": "tradng"}],
            'version = "1"\ntasks = ["queue"]\n[[label]]\nid = "trading"\ntask = "queue"\n',
            "row 1: task 'queue' has no label 'tradng'; the nearest is 'trading'",
        ),
        (
            [{"id": "1", "queue": "trading"}],
            'version = "1"\ntasks = ["queue"]\n[[label]]\nid = "trading"\ntask = "queue"\n',
            "has no column 'body'",
        ),
        (
            [{"id": "1", "body": "Hallo", "queue": "trading"}],
            'version = "1"\ntasks = ["queue"]\nlabels = []\n[[label]]\nid = "trading"\ntask = "queue"\n',
            "has the unknown key 'labels'",
        ),
    ],
)
def test_what_is_wrong_with_an_export_or_a_taxonomy_is_one_clear_sentence(
    tmp_path: Path, rows: list[dict[str, str]], taxonomy: str, said: str, accounts_assembly: Path
):
    (tmp_path / "mails.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "taxonomy.toml").write_text(taxonomy)
    done = demo(
        accounts_assembly,
        "--folder",
        str(tmp_path / "demo"),
        "--export",
        str(tmp_path / "mails.jsonl"),
        "--taxonomy",
        str(tmp_path / "taxonomy.toml"),
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Hallo" not in done.stderr


def test_a_base_model_that_is_not_there_names_the_ways_to_get_one(tmp_path: Path, accounts_assembly: Path):
    done = demo(
        accounts_assembly, "--folder", str(tmp_path / "demo"), "--mails", "2", "--base-model", str(tmp_path / "nothing")
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    sentence = done.stderr.splitlines()[-1]
    assert "s3://" in sentence
    assert "hub:" in sentence
    assert "folder" in sentence


def test_without_synthesized_accounts_nothing_is_trained_for_nothing(tmp_path: Path):
    done = demo(tmp_path / "nothing", "--folder", str(tmp_path / "demo"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'nothing'} holds no synthesized templates: make it with `make synth`.\n"
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--tasks", "queue"],
            "TASKS, COLUMNS and TAXONOMY belong to an export of your own: name it with EXPORT=file.",
        ),
        (
            ["--fast", "--export", "mails.csv"],
            "FAST leaves out the second training of the sample's loop; an export of your own is trained once.",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_made(
    tmp_path: Path, arguments: list[str], said: str
):
    done = demo(tmp_path / "nothing", "--folder", str(tmp_path / "demo"), *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{said}\n")
    assert not (tmp_path / "demo").exists()
