"""Building blocks, furniture and slots: loading, and what is refused."""

import re
from collections import Counter
from pathlib import Path

import pytest

from local.sample.errors import SampleError
from local.sample.families import SLOTS, Split, load_families
from local.sample.frequency import RANKING, topic_weights
from local.sample.furniture import load_furniture
from local.sample.slots import load_slots
from local.sample.sources import FOLDER, Sources

PARTS = 'subject = ["s"]\nsituation = ["{text}"]\nrequest = ["r"]\ndetail = ["d"]\n'


def block(name: str, use: str, text: str = "Alles klar {{date}}") -> str:
    parts = PARTS.replace("{text}", text.format())
    return f'[[family]]\ntopic = "t"\nname = "{name}"\nuse = "{use}"\n[family.de]\n{parts}[family.en]\n{parts}'


def families_of(folder: Path, *blocks: str) -> None:
    (folder / "q.toml").write_text("\n".join(blocks), encoding="utf-8")
    load_families(folder)


def test_every_topic_has_ten_families_to_train_three_to_validate_and_two_to_test(sources: Sources) -> None:
    assert set(sources.families) == set(RANKING)
    for families in sources.families.values():
        assert Counter(family.use for family in families) == {Split.TRAIN: 10, Split.VALIDATION: 3, Split.TEST: 2}


def test_no_sentence_stands_in_two_families(sources: Sources) -> None:
    seen: dict[str, str] = {}
    for family in (family for families in sources.families.values() for family in families):
        for texts in family.texts.values():
            for text in (*texts.situation, *texts.request, *texts.detail):
                assert len(text) < 20 or seen.setdefault(text, family.id) == family.id


def test_a_sound_block_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_text(
        block("a", "train") + block("e", "validation") + block("f", "test"),
        encoding="utf-8",
    )
    families = load_families(tmp_path)["t"]
    assert [family.id for family in families] == ["t/a", "t/e", "t/f"]
    assert families[0].texts["de"].situation == ("Alles klar {date}",)
    assert not families[0].texts["de"].is_casual


@pytest.mark.parametrize(
    ("blocks", "sentence"),
    [
        ([block("a", "train", "{{nonsense}}")], "There is a broken or unknown slot"),
        ([block("a", "train", "{{date")], "There is a broken or unknown slot"),
        ([block("a", "train", "")], "A text is missing"),
        ([block("a", "practice")], "is incomplete or has a wrong value"),
        ([block("a", "train"), block("a", "train")], "stands twice"),
        ([block("a", "train"), block("f", "test")], "The topic t has no family for validation."),
        (["not toml"], "is not valid TOML"),
        (["a = 1"], "There are no building blocks"),
    ],
)
def test_a_faulty_block_file_gets_one_sentence(tmp_path: Path, blocks: list[str], sentence: str) -> None:
    with pytest.raises(SampleError, match=re.escape(sentence)):
        families_of(tmp_path, *blocks)


def test_furniture_without_a_part_gets_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "furniture.toml"
    path.write_text("[de]\ngreeting = []\n", encoding="utf-8")
    with pytest.raises(SampleError, match=r"furniture\.toml lacks the part"):
        load_furniture(path)


def test_a_wrong_isin_in_the_slots_gets_one_sentence(tmp_path: Path) -> None:
    text = (FOLDER / "slots.toml").read_text(encoding="utf-8")
    path = tmp_path / "slots.toml"
    path.write_text(text.replace("DE000A3KIO78", "DE000A3KIO79"), encoding="utf-8")
    with pytest.raises(SampleError, match="the ISIN DE000A3KIO79 is not valid"):
        load_slots(path)


def test_a_topic_without_a_rank_gets_one_sentence() -> None:
    with pytest.raises(SampleError, match="The topic new_topic has no rank"):
        topic_weights(["order_status", "new_topic"], "2026-01")


def test_the_slots_are_those_the_blocks_may_use(sources: Sources) -> None:
    used = {
        slot
        for families in sources.families.values()
        for family in families
        for texts in family.texts.values()
        for text in (*texts.subject, *texts.situation, *texts.request, *texts.detail)
        for slot in re.findall(r"\{(\w+)\}", text)
    }
    assert used <= SLOTS
