"""Entry point of a training job, in a SageMaker container and on one machine alike: reads SM_*, writes SM_MODEL_DIR."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

# A container runs this file as a script: what it needs lies in the folder above.
if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from model.vendored import BESIDE_CODE, use_vendored

# Before the imports that need them: the training container has no HTML parser.
use_vendored(Path(os.environ.get("SM_CHANNEL_VENDOR") or BESIDE_CODE))

from model.training.contract import job_from_environment  # noqa: E402
from model.training.failure import report_failure  # noqa: E402
from model.training.run import run_training  # noqa: E402


def main(environment: Mapping[str, str]) -> int:
    """Run the job that the environment describes; 0, or what ``report_failure`` returns after saying why."""
    try:
        job = job_from_environment(environment)
        if job.vendor is None and BESIDE_CODE.is_dir():
            job = replace(job, vendor=BESIDE_CODE)
        if job.vendor is None and environment.get("RANK", "0") == "0":
            print("warning: nothing is vendored, so the archive serves only where its packages are installed")
        version = run_training(job, source_root=Path(__file__).resolve().parents[1])
    except Exception as error:
        return report_failure(error, environment)
    if version:
        print(f"model_version={version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
