"""Which files of the checkout a module needs: itself and, again and again, what it imports of the project."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.errors import ConfigError


def import_closure(entry: str, roots: Sequence[Path], packages: frozenset[str]) -> dict[str, Path]:
    """Archive name to file of the module ``entry`` (``classify.handler``) and of all that it imports.

    Modules are looked for under ``roots``; only those of the top-level ``packages`` are followed. A package's files
    that are not Python (openapi.json) come along with its ``__init__``. Imports inside functions count too.

    Raises:
        ConfigError: there is no such module.
    """
    found: dict[str, Path] = {}
    waiting = [entry]
    seen = set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        files = list(_files_of(module, roots))
        if not files:
            if module == entry:
                raise ConfigError(f"There is no module {entry!r} to pack.")
            continue  # a name inside a module, such as a class
        for name, path in files:
            found[name] = path
            if path.suffix == ".py":
                waiting.extend(name for name in _imports(path) if name.partition(".")[0] in packages)
        parent = module.rpartition(".")[0]
        if parent:
            waiting.append(parent)
    return dict(sorted(found.items()))


def _files_of(module: str, roots: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    relative = Path(*module.split("."))
    for root in roots:
        plain = (root / relative).with_suffix(".py")
        if plain.is_file():
            yield plain.relative_to(root).as_posix(), plain
            return
        package = root / relative
        if (package / "__init__.py").is_file():
            for path in sorted(package.iterdir()):
                if path.name == "__init__.py" or (path.is_file() and path.suffix not in {".py", ".pyc"}):
                    yield path.relative_to(root).as_posix(), path
            return


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
