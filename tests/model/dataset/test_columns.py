import pytest

from model.dataset.columns import ColumnMapping, check_task_names, task_names
from model.dataset.errors import DatasetError

TASKS = ("line_of_business", "queue")


def test_a_mapping_names_the_columns_that_differ_and_keeps_the_others() -> None:
    mapping = ColumnMapping.parse("subject=Betreff, body=Text,queue=Team", tasks=TASKS)
    assert mapping == ColumnMapping(subject="Betreff", body="Text", labels={"queue": "Team"})
    assert (mapping.label_column("queue"), mapping.label_column("line_of_business")) == ("Team", "line_of_business")


def test_an_empty_mapping_keeps_every_column() -> None:
    assert ColumnMapping.parse("", tasks=TASKS) == ColumnMapping()


def test_a_column_name_with_a_comma_stands_in_quotes() -> None:
    assert ColumnMapping.parse('"subject=Betreff, kurz",body=Text=1', tasks=TASKS) == ColumnMapping(
        subject="Betreff, kurz", body="Text=1"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "betreff=Subject",
            "The column mapping names 'betreff', which is neither a field (id, language, subject, body, "
            "body_format, custodian_banks, received_at, thread_id, split) nor a task (line_of_business, "
            "queue).",
        ),
        ("subject", "The column mapping 'subject' must have the form subject=Betreff,queue=Team."),
        ("subject=", "The column mapping 'subject=' must have the form subject=Betreff,queue=Team."),
        ("subject=a,subject=b", "The column mapping names 'subject' twice."),
        ("queue=body", "The column 'body' cannot be both 'body' and 'queue'."),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(text: str, message: str) -> None:
    with pytest.raises(DatasetError) as error:
        ColumnMapping.parse(text, tasks=TASKS)
    assert str(error.value) == message


def test_a_missing_body_column_is_named_with_the_columns_there_are_and_the_way_to_map_it() -> None:
    with pytest.raises(DatasetError) as error:
        ColumnMapping().check(["Nr", "Betreff", "a@b.example"], tasks=TASKS, file="mails.csv")
    assert str(error.value) == (
        "The export mails.csv has no column 'body' (it has Nr, Betreff, a value of 11 characters); "
        "name the column to read as body with body=COLUMN in the column mapping."
    )


def test_a_column_that_was_named_must_be_there_and_another_may_be_absent() -> None:
    ColumnMapping().check(["body"], tasks=TASKS, file="mails.csv")
    ColumnMapping().check(["text"], tasks=TASKS, file="mails.csv")
    ColumnMapping(labels={"topic": "Thema"}).check(["body"], tasks=TASKS, file="mails.csv")
    with pytest.raises(DatasetError, match=r"has no column 'Team'.*with queue=COLUMN"):
        ColumnMapping(labels={"queue": "Team"}).check(["body"], tasks=TASKS, file="mails.csv")


def test_a_column_that_is_read_may_not_stand_there_twice() -> None:
    ColumnMapping().check(["body", "phone", "phone"], tasks=TASKS, file="mails.csv")
    with pytest.raises(DatasetError, match="has the column 'queue' twice"):
        ColumnMapping().check(["body", "queue", "queue"], tasks=TASKS, file="mails.csv")


def test_tasks_are_read_from_text_and_may_not_be_called_like_a_field() -> None:
    assert task_names(" a, b,") == ("a", "b")
    assert task_names("") is None
    with pytest.raises(DatasetError, match="'language' is a field"):
        check_task_names(["queue", "language"])
    with pytest.raises(DatasetError, match="'queue' is named twice"):
        check_task_names(["queue", "queue"])
