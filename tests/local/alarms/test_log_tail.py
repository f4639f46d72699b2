from pathlib import Path

import pytest

from local.alarms.log_tail import LogTail


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "function.log"


def add(log: Path, text: str) -> None:
    with log.open("a", encoding="utf-8") as output:
        output.write(text)


def test_a_log_that_is_not_there_yet_is_read_from_its_beginning(log: Path):
    tail = LogTail(log)
    assert list(tail.look()) == []
    add(log, '{"a": 1}\n')
    assert list(tail.look()) == [{"a": 1}]


def test_each_line_comes_once_and_when_it_is_finished(log: Path):
    add(log, '{"a": 1}\n{"a": ')
    tail = LogTail(log)
    assert list(tail.look()) == [{"a": 1}]
    assert list(tail.look()) == []
    add(log, '2}\n{"a": 3}\n')
    assert list(tail.look()) == [{"a": 2}, {"a": 3}]


def test_what_is_no_object_is_passed_over(log: Path):
    add(log, 'Traceback\n[1]\n\n\xff\n{"a": 1}\n')
    assert list(LogTail(log).look()) == [{"a": 1}]


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(log: Path):
    add(log, '{"a": 1}\n{"a": 2}\n')
    tail = LogTail(log)
    list(tail.look())
    log.write_text('{"a": 3}\n', encoding="utf-8")
    assert list(tail.look()) == [{"a": 3}]


def test_of_a_long_log_only_the_end_is_read(log: Path):
    lines = (5 << 20) // 64
    log.write_text("".join(f'{{"number": {number:6}, "rest": "{"x" * 32}"}}\n' for number in range(lines)))
    found = [line["number"] for line in LogTail(log).look()]
    assert found[0] > 0 and found == list(range(found[0], lines))
