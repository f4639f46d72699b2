"""What SageMaker says of a job that failed.

Of a log only a line counts that begins with ``error: ``, the one sentence in which our programs say what is wrong:
any other line may quote a mail.
"""

from pathlib import Path

from local.pipelines.errors import INTERNAL_ERROR, RuntimeExceededError, StepFailedError
from local.pipelines.job.process import Cause, Ended

_MARK = "error: "
_LONGEST = 1024
"""Characters of a FailureReason."""


def failure_of(ended: Ended, *, log: str, failure_file: Path | None = None, max_seconds: float) -> StepFailedError:
    """Why a job failed that ended so, as the account tells it; ``log`` is what it printed."""
    match ended.cause:
        case Cause.SIGNAL:
            reason = "InternalServerError: We encountered an internal error. Please try again. "
            return StepFailedError(f"{reason}(The process was ended by signal {ended.status}.)", kind=INTERNAL_ERROR)
        case Cause.TIMEOUT:
            return RuntimeExceededError(
                f"ClientError: The job was stopped: MaxRuntimeInSeconds ({max_seconds:.0f}) exceeded."
            )
    said = _file(failure_file) or _sentence(log) or "See job logs for more information"
    end = f", exit code: {ended.status}"
    return StepFailedError(f"AlgorithmError: {said}"[: _LONGEST - len(end)] + end)


def _file(path: Path | None) -> str:
    if path is None or not path.is_file():
        return ""
    return path.read_text(encoding="utf-8", errors="replace").strip()


def _sentence(log: str) -> str:
    said = [line.removeprefix(_MARK).strip() for line in log.splitlines() if line.startswith(_MARK)]
    return said[-1] if said else ""
