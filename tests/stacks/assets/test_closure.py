"""What is packed with a module: all that it imports of the project, and nothing else."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from stacks.assets.closure import import_closure


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "function/__init__.py": "",
        "function/handler.py": "import json\nfrom domain.deep import thing\ndef f():\n    import domain.lazy\n",
        "function/unused.py": "",
        "domain/__init__.py": "",
        "domain/deep/__init__.py": "from domain.other import Name\n",
        "domain/deep/thing.py": "import outside\n",
        "domain/deep/data.json": "{}",
        "domain/other.py": "Name = 1\n",
        "domain/lazy.py": "",
        "domain/unused.py": "",
        "outside/__init__.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_imports_are_followed_wherever_they_stand_and_packages_bring_their_data(project: Path):
    found = import_closure("function.handler", [project], frozenset({"function", "domain"}))
    assert list(found) == [
        "domain/__init__.py",
        "domain/deep/__init__.py",
        "domain/deep/data.json",
        "domain/deep/thing.py",
        "domain/lazy.py",
        "domain/other.py",
        "function/__init__.py",
        "function/handler.py",
    ]


def test_a_module_that_is_not_there_is_named(project: Path):
    with pytest.raises(ConfigError, match=r"^There is no module 'function\.main' to pack\.$"):
        import_closure("function.main", [project], frozenset({"function"}))
