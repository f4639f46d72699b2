"""How a job says why it failed: one sentence in the log and in the file that SageMaker shows as FailureReason.

SageMaker shows the first 1024 characters of /opt/ml/output/failure. The toolkit in the image writes that file only if
the job has not, and of the job's own words it would keep what follows the name of a Python exception, and nothing of a
sentence. https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import torch

from mailroom.errors import MailroomError

FILE = "failure"
_LONGEST = 1024
# Their messages tell of memory, files and connections. Those of others may quote a mail, and are not repeated.
_TELLING = (OSError, MemoryError, torch.OutOfMemoryError, torch.distributed.DistError)


def report_failure(error: Exception, environment: Mapping[str, str]) -> int:
    """Say why the job ends, on stderr and in the failure file; returns its exit code.

    2 for what a person can mend from the sentence, 1 for what nobody foresaw: then the calls that led there are
    printed, without their values. Of several processes on a machine the first one that fails speaks for all.
    """
    sentence = _sentence(error)
    if _is_first(sentence, environment):
        if not isinstance(error, MailroomError):
            print("".join(traceback.format_tb(error.__traceback__)), end="", file=sys.stderr)
        print(f"error: {sentence}", file=sys.stderr)
    return 2 if isinstance(error, MailroomError) else 1


def _sentence(error: Exception) -> str:
    if isinstance(error, MailroomError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    said = f": {error}" if isinstance(error, _TELLING) else ""
    return f"Training ended with {type(error).__name__}{place}{said}"


def _is_first(sentence: str, environment: Mapping[str, str]) -> bool:
    folder = environment.get("SM_OUTPUT_DIR")
    if not folder:
        return environment.get("LOCAL_RANK", "0") == "0"
    # A single process replaces what a former job has left there; of several, one creates the file.
    mode = "x" if int(environment.get("WORLD_SIZE", "1")) > 1 else "w"
    file = Path(folder) / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open(mode, encoding="utf-8") as opened:
            opened.write(sentence[:_LONGEST])
    except OSError:
        # A full disk may be the very reason; the log still has it.
        return mode == "w" or not file.exists()
    return True
