"""Files that are either whole or not there."""

import tempfile
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text under a temporary name beside ``path``, then rename; makes the folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as stream:
        scratch = Path(stream.name)
        try:
            stream.write(text)
        except BaseException:
            scratch.unlink()
            raise
    scratch.chmod(0o644)
    scratch.replace(path)
