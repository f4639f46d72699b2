"""`python -m model.base_model`: fetch or convert a base model into the cache, and say what was done."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from model.base_model import BaseModelError, resolve
from model.base_model.folder import model_files

DEFAULT_CACHE = Path(".cache/base-models")


def main(arguments: Sequence[str]) -> int:
    """Resolve one specification; 0 when the model is there, 1 (with the reason on standard error) when
    not."""
    parser = argparse.ArgumentParser(prog="python -m model.base_model", description=__doc__)
    parser.add_argument(
        "--spec", default="embedded", help="embedded, a folder, s3://bucket/prefix or hub:NAME (%(default)s)"
    )
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="where it is kept (%(default)s)")
    parser.add_argument("--full-check", action="store_true", help="hash every cached file")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")

    started = time.monotonic()
    try:
        model = resolve(options.spec, cache=options.cache, full_check=options.full_check)
    except BaseModelError as problem:
        print(problem, file=sys.stderr)
        return 1
    megabytes = sum(file.stat().st_size for file in model_files(model.path)) / 1e6
    print(f"{model.name} ({model.source})")
    print(f"  folder       {model.path}, {megabytes:.0f} MB")
    print(f"  fingerprint  {model.fingerprint}")
    print(f"  ready in     {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
