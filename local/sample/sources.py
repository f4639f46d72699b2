"""Everything the sample is made of, loaded once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.sample.families import Families, load_families
from local.sample.furniture import Furniture, HtmlFurniture, load_furniture
from local.sample.slots import SlotTables, load_slots

FOLDER = Path(__file__).parent
TAXONOMY = FOLDER.parents[1] / "config" / "taxonomy.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Building blocks, furniture per language, HTML of mail programs, slot tables."""

    families: Families
    furniture: Mapping[str, Furniture]
    html: HtmlFurniture
    tables: SlotTables


def load_sources(folder: Path = FOLDER) -> Sources:
    """Load blocks/, furniture.toml and slots.toml of the folder; raises SampleError if one of them is wrong."""
    furniture, html = load_furniture(folder / "furniture.toml")
    return Sources(
        families=load_families(folder / "blocks"),
        furniture=furniture,
        html=html,
        tables=load_slots(folder / "slots.toml"),
    )
