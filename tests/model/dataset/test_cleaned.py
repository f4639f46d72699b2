import pytest

from model.classifier.model_input import MAX_CHARACTERS
from model.cleaning import core_text
from model.dataset import cleaned as module
from model.dataset.cleaned import cleaned


def test_texts_come_in_order_cut_to_what_a_model_reads() -> None:
    jobs = [(f"mail {number}", "text") for number in range(300)] + [("x" * 10_000_000, "text")]
    texts = list(cleaned(jobs, total=len(jobs), clean=lambda body, kind: str(body), progress=False))
    assert texts == [body for body, _ in jobs[:-1]] + ["x" * MAX_CHARACTERS]


def test_a_mail_that_the_cleaner_cannot_take_costs_no_other() -> None:
    def clean(body: str | bytes, kind: str) -> str:
        if body == "bad":
            raise RecursionError
        return str(body)

    jobs = [("a", "text"), ("bad", "text"), ("b", "text")]
    assert list(cleaned(jobs, total=3, clean=clean, progress=False)) == ["a", None, "b"]


def test_two_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PARALLEL_FROM", 100)
    jobs = [(f"Hallo,\nwo bleibt Auftrag {number}?\nGruß\nEva", "text") for number in range(1000)]
    alone, together = (
        list(cleaned(jobs, total=1000, clean=core_text, processes=processes, progress=False)) for processes in (1, 2)
    )
    assert together == alone


def test_progress_goes_to_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    list(cleaned([("a", "text")], total=1, clean=core_text, progress=True))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "cleaning: 100%" in printed.err
