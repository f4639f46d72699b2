"""Run as a script by own_code.py: a model archive's own handler, without anything of this checkout.

    python -I own_code_driver.py MODEL_DIR REQUESTS ANSWERS

REQUESTS holds an invocation per line, ANSWERS gets the answer to each. The standard library alone, and the archive.
"""

import importlib
import sys
from pathlib import Path

CONTENT_TYPE = "application/json"


def main(model_dir: Path, requests: Path, answers: Path) -> None:
    """Load the model as the serving container does, and answer."""
    sys.path.insert(0, str(model_dir / "code"))
    inference = importlib.import_module("inference")
    model = inference.model_fn(str(model_dir))
    with requests.open("rb") as lines, answers.open("wb") as out:
        for line in lines:
            answer = inference.predict_fn(inference.input_fn(line, CONTENT_TYPE), model)
            out.write(inference.output_fn(answer, CONTENT_TYPE) + b"\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
