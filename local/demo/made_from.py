"""What a stage's product was made from: whatever depends on nothing that has changed is left out."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def code_digest(*packages: str) -> str:
    """Of every file of packages in the checkout."""
    return digest(
        [
            [str(path.relative_to(ROOT)), hashlib.sha256(path.read_bytes()).hexdigest()]
            for package in packages
            for path in sorted((ROOT / package).rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        ]
    )


def sizes(folder: Path) -> list[list[object]]:
    """The files below a folder with their sizes."""
    return [
        [str(path.relative_to(folder)), path.stat().st_size]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def digest(content: object) -> str:
    """SHA-256 of the content as JSON, hexadecimal."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def is_current(record: Path, made_from: str, product: Path) -> bool:
    """Whether ``product`` was made from this; if not, its record goes: work broken off is never taken as done."""
    if product.exists() and record.exists() and record.read_text(encoding="ascii") == made_from:
        return True
    record.unlink(missing_ok=True)
    return False


def remember(record: Path, made_from: str) -> None:
    """Note what a product was made from, now that it is finished."""
    record.write_text(made_from, encoding="ascii")
