"""What the archive brings for the serving container runs under the container's Python, with nothing installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from model.archive.code import write_code

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / ".cache" / "vendor"
CLEAN = """
import sys
from pathlib import Path
code = Path(sys.argv[1])
sys.path[:0] = [str(code), str(code / "vendor" / "cp312")]
from model.cleaning import core_text
from model.language import detect_language
text = core_text("<p>Guten Tag,</p><p>ich m&ouml;chte mein Depot &uuml;bertragen.</p>"
                 "<p>Mit freundlichen Gr\\u00fc\\u00dfen<br>Eva</p>", "html")
print(text, detect_language(text).language.code)
"""


def container_python() -> str | None:
    """An interpreter of the container's version, if this machine has one that starts."""
    candidate = shutil.which("python3.12")
    if candidate is None:
        return None
    done = subprocess.run(
        [candidate, "-c", "import sys; print(sys.version_info[:2] == (3, 12))"],
        capture_output=True,
        text=True,
        check=False,
    )
    return candidate if done.stdout.strip() == "True" else None


def test_what_is_compiled_is_for_the_containers_python_and_processor():
    if not VENDOR.is_dir():
        pytest.skip("the container's packages were not fetched (make setup)")
    compiled = sorted(path.name for path in (VENDOR / "cp312").rglob("*.so"))
    assert compiled
    assert [name for name in compiled if not name.endswith((".cpython-312-x86_64-linux-gnu.so", ".abi3.so"))] == []
    tags = [
        line.removeprefix("Tag: ")
        for path in sorted((VENDOR / "cp312").glob("*.dist-info/WHEEL"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("Tag: ")
    ]
    assert {tag.split("-")[0] for tag in tags} <= {"cp312", "py3", "py2"}


def test_cleaning_runs_under_the_containers_python_from_the_archive_alone(tmp_path: Path):
    python = container_python()
    if python is None:
        pytest.skip("no Python 3.12 on this machine")
    if not VENDOR.is_dir():
        pytest.skip("the container's packages were not fetched (make setup)")
    write_code(tmp_path / "code", root=ROOT, vendor=VENDOR)
    script = tmp_path / "clean.py"
    script.write_text(CLEAN)
    done = subprocess.run(
        [python, "-I", "-S", str(script), str(tmp_path / "code")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == "ich möchte mein Depot übertragen. de", done.stderr
