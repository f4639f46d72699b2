import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from mailroom.prediction import Decision
from model.evaluation.report import BaselineScore, ReportFacts, render_report, write_report
from model.evaluation.results import ConfidentError

pytestmark = pytest.mark.slow

FACTS = ReportFacts(
    measured_on="of the test split of march.jsonl",
    synthetic=False,
    model_version="m-1",
    taxonomy_version="2026.1",
    created_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    data_fingerprint="ab12",
    training_seconds=4000.4,
    versions={"torch": "2.13.0"},
    hyperparameters={"epochs": 8, "learning_rate": 2e-4, "lexical": True, "tasks": ""},
    other={"Training mails": 4812},
    histories={"all": ({"epoch": 1.0, "train:loss": 1.0, "validation:queue:accuracy": 0.5},)},
    baselines={"queue": (BaselineScore(name="stock fine-tuning", accuracy=0.5, macro_f1=0.4, weighted_f1=0.45),)},
    task_names={"queue": "Warteschlange"},
    label_names={"queue": {"queue_0": "Steuern & Abgaben"}},
    confident_errors={"queue": (ConfidentError(id="5001", truth="queue_0", predicted="queue_1", confidence=0.987),)},
    data_notes=("Rows without any label were left out: 3.",),
)


class Page(HTMLParser):
    """What the tests look at: tags, addresses, tables as rows of cell texts, and all visible text."""

    VOID = frozenset({"meta", "img", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.rows: list[list[str]] = []
        self.pieces: list[str] = []
        self.feed(text)
        self.close()
        self.text = " ".join("".join(self.pieces).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "data", "srcset")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.pieces.append(data)
        if self.rows and ("td" in self.open or "th" in self.open):
            self.rows[-1][-1] += data

    def row(self, start: str) -> list[str]:
        """The first table row whose first cell starts so, its cells with single plain spaces."""
        rows = [[" ".join(cell.split()) for cell in row] for row in self.rows]
        return next(row for row in rows if row and row[0].startswith(start))


@pytest.fixture(scope="module")
def evaluation(world):
    return world({"queue": 3, "topic": 4}, mails=150).evaluation()


@pytest.fixture(scope="module")
def html(evaluation):
    return render_report(evaluation, FACTS)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere(html, page):
    assert page.open == []
    assert html.startswith("<!doctype html>")
    assert {"script", "link", "iframe", "object"}.isdisjoint(page.tags)
    assert all(address.startswith(("data:image/png;base64,", "#task-")) for address in page.addresses)
    assert not re.search(r"https?://|@import|url\(", html)


def test_every_task_has_its_pictures_and_there_is_one_of_the_training(page):
    assert sum(address.startswith("data:") for address in page.addresses) == 2 * 3 + 1


def test_the_first_table_shows_scores_with_baselines_beside(evaluation, page):
    queue = evaluation.tasks["queue"]
    interval = f"{queue.accuracy_interval.low * 100:.1f}–{queue.accuracy_interval.high * 100:.1f}"
    f1_interval = f"{queue.macro_f1_interval.low:.3f}–{queue.macro_f1_interval.high:.3f}"
    assert page.row("Warteschlange") == [
        "Warteschlange",
        "3",
        "150",
        f"{queue.accuracy * 100:.1f} % {interval}",
        f"{queue.macro_f1:.3f} {f1_interval}",
        f"{queue.weighted_f1:.3f}",
    ]
    assert page.row("stock fine-tuning") == ["stock fine-tuning", "", "", "50.0 %", "0.400", "0.450"]


def test_a_label_is_shown_by_name_and_id_with_its_scores(evaluation, page):
    scores = evaluation.tasks["queue"].labels[0]
    assert page.row("Steuern & Abgaben")[:5] == [
        "Steuern & Abgaben queue_0",
        str(scores.support),
        f"{scores.precision * 100:.1f} %",
        f"{scores.recall * 100:.1f} %",
        f"{scores.f1:.3f}",
    ]


def test_synthetic_mails_are_called_synthetic_and_others_are_not(world, page):
    made_up = render_report(world({"queue": 2}, mails=20).evaluation(), replace(FACTS, synthetic=True))
    assert "Synthetic mails:" in Page(made_up).text
    assert "ynthetic" not in page.text


def test_the_page_says_what_it_was_measured_on_and_how_the_model_was_made(page):
    assert "Measured on 150 mails of the test split of march.jsonl." in page.text
    assert "Rows without any label were left out: 3." in page.text
    made = {
        name: page.row(name)[1]
        for name in (
            "Model",
            "Data fingerprint",
            "Training time",
            "Training mails",
            "torch",
            "learning_rate",
            "lexical",
            "tasks",
        )
    }
    assert made == {
        "Model": "m-1",
        "Data fingerprint": "ab12",
        "Training time": "1 h 6 min",
        "Training mails": "4812",
        "torch": "2.13.0",
        "learning_rate": "0.0002",
        "lexical": "yes",
        "tasks": "–",
    }


def test_confident_mistakes_are_named_by_mail_id(page):
    assert page.row("5001") == ["5001", "Steuern & Abgaben", "queue_1", "98.7 %"]


def test_decisions_and_languages_are_shown_if_there_are_any(evaluation, page, world):
    assert page.row("auto route")[1] == f"{evaluation.decisions.shares['auto_route'] * 100:.1f} %"
    assert page.row("German")[1] == "120"
    plain = world({"queue": 3}).evaluation(decisions=None, routing_task=None, languages=None)
    text = Page(render_report(plain, FACTS)).text
    assert "What happens to the mails" not in text
    assert "By language" not in text
    assert "All together" not in text


def test_where_nothing_is_routed_no_precision_is_claimed(world):
    suggested = world({"queue": 2}, mails=20)
    html = render_report(suggested.evaluation(decisions=[Decision.SUGGEST] * 20), FACTS)
    assert "No mail with a known Warteschlange was routed automatically." in Page(html).text
    assert "– of them" not in Page(html).text


def test_labels_are_escaped_wherever_they_come_from(world):
    made = world({"<b>": 2}, mails=40)
    html = render_report(made.evaluation(routing_task="<b>"), replace(FACTS, measured_on="<i>of</i>"))
    assert "<b>_0" not in html
    assert "<i>of" not in html
    assert Page(html).row("<b>_0")


def test_labels_never_taught_and_tasks_never_measured_are_pointed_out(world):
    made = world({"queue": 3, "topic": 2}, mails=60)
    for labels in made.truth:
        del labels["topic"]
    page = Page(
        render_report(
            made.evaluation(
                known_labels={"queue": frozenset({"queue_0", "queue_1"}), "topic": frozenset({"topic_0"})},
            ),
            replace(FACTS, label_names={}, task_names={}),
        )
    )
    unknown = sum(labels["queue"] == "queue_2" for labels in made.truth)
    assert f"{unknown} mails have a label the model was never taught (queue_2)" in page.text
    assert "Nothing could be measured for topic: no mail has a label for it." in page.text


def test_the_barest_evaluation_makes_a_page_too(world):
    bare = ReportFacts(measured_on="of a file", synthetic=False, model_version="1", taxonomy_version="1")
    one = world({"queue": 1}, mails=1).evaluation(decisions=None, routing_task=None, languages=None)
    assert "Measured on 1 mail of a file." in Page(render_report(one, bare)).text
    none = world({"queue": 1}, mails=0).evaluation()
    assert "Nothing could be measured for queue" in Page(render_report(none, bare)).text


def test_the_file_is_written_whole_and_equal_facts_give_equal_bytes(evaluation, html, tmp_path):
    path = tmp_path / "new" / "report.html"
    write_report(path, evaluation=evaluation, facts=FACTS)
    assert path.read_bytes() == html.encode()
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
