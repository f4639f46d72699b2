import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from mailroom.errors import TaxonomyError
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from mailroom.taxonomy_file import dump_taxonomy, load_taxonomy
from tests.support.strategies import quick, taxonomies

CONFIGURED = Path(__file__).parents[2] / "config" / "taxonomy.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "taxonomy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_with_its_defaults(tmp_path):
    path = written(
        tmp_path,
        """
        version = "1"
        tasks = ["queue"]
        [[label]]
        id = "old"
        task = "queue"
        status = "deprecated"
        valid_from = 2026-01-01
        replaced_by = ["new"]
        [[label]]
        id = "new"
        task = "queue"
        names = { de = "Neu" }
    """,
    )
    assert load_taxonomy(path) == Taxonomy(
        version="1",
        tasks=("queue",),
        labels=(
            Label(
                id="old", task="queue", status=LabelStatus.DEPRECATED, valid_from=date(2026, 1, 1), replaced_by=("new",)
            ),
            Label(id="new", task="queue", names={"de": "Neu"}),
        ),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tasks = []\nlabel = []", "lacks 'version'"),
        ('version = "1"\ntasks = ["a"]', "lacks 'label'"),
        ('version = "1"\ntasks = "a"\nlabel = []', "'tasks' must be a list of names"),
        ('version = "1"\ntasks = ["a"]\nlabel = []\ncolour = 1', "has the unknown key 'colour'"),
        ("version = ", "is not valid TOML"),
        ('version = "1"\ntasks = ["a"]\n[[label]]\nid = "x"', "Label number 1 needs an 'id' and a 'task', both text."),
        (
            'version = "1"\ntasks = ["a"]\n[[label]]\nid = "x"\ntask = "a"\nparnts = []',
            "Label 'x' has the unknown key 'parnts'.",
        ),
        (
            'version = "1"\ntasks = ["a"]\n[[label]]\nid = "x"\ntask = "a"\nparents = "y"',
            "Label 'x': 'parents' must be a list of label ids.",
        ),
        (
            'version = "1"\ntasks = ["a"]\n[[label]]\nid = "x"\ntask = "a"\nnames = "y"',
            "Label 'x': 'names' must map a language to a text.",
        ),
        (
            'version = "1"\ntasks = ["a"]\n[[label]]\nid = "x"\ntask = "a"\nstatus = "gone"',
            "Label 'x': 'gone' is not a valid LabelStatus.",
        ),
        ('version = "1"\ntasks = ["a"]\n[[label]]\nid = "x"\ntask = "a"\nvalid_from = "soon"', "Label 'x': "),
    ],
)
def test_a_file_with_a_mistake_is_refused_naming_it(tmp_path, text, complaint):
    with pytest.raises(TaxonomyError, match=re.escape(complaint)):
        load_taxonomy(written(tmp_path, text))


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(TaxonomyError) as caught:
        load_taxonomy(tmp_path / "none.toml")
    assert str(caught.value) == f"The taxonomy file {tmp_path / 'none.toml'} cannot be read."


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "taxonomy.toml"
    path.write_bytes('version = "Ä"'.encode("latin-1"))
    with pytest.raises(TaxonomyError, match="is not valid TOML"):
        load_taxonomy(path)


@quick
@given(taxonomies())
def test_any_taxonomy_survives_being_written_and_read(tmp_path_factory, taxonomy):
    path = tmp_path_factory.mktemp("taxonomy") / "taxonomy.toml"
    path.write_text(dump_taxonomy(taxonomy), encoding="utf-8", newline="")
    assert load_taxonomy(path) == taxonomy


def test_the_configured_taxonomy_is_sound_and_every_topic_leads_to_a_line_of_business():
    taxonomy = load_taxonomy(CONFIGURED)
    assert taxonomy.tasks == ("line_of_business", "queue", "topic")
    assert {taxonomy.parent_task(task) for task in taxonomy.tasks} == {None, "line_of_business", "queue"}
    assert all(label.parents for label in (*taxonomy.of_task("queue"), *taxonomy.of_task("topic")))
