"""A step from its beginning to its end, with as many attempts as its retry policies allow."""

import json
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from local.accounts.errors import EmulatorError
from local.pipelines.attempt import Attempt
from local.pipelines.errors import (
    INTERNAL_ERROR,
    SERVICE_FAULT,
    THROTTLING,
    DefinitionError,
    StepFailedError,
    StoppedError,
)
from local.pipelines.retries import Failure, seconds_until_retry
from local.pipelines.steps.job_step import abandon

_THROTTLES = ("Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown")


def run_step(attempt: Attempt, work: Callable[[Attempt], None]) -> None:
    """Run the step until it has succeeded, failed or been stopped, and tell the account which.

    Raises:
        EmulatorError: the account does not answer; the step is then as unfinished as before.
    """
    abandon(attempt)
    while True:
        attempt.state = replace(attempt.state, attempts=attempt.state.attempts + 1)
        attempt.tell("Starting", {})
        failure = _try(attempt, work)
        if failure is None:
            return
        wait = _until_retry(attempt, failure)
        if wait is None:
            attempt.state = replace(attempt.state, reason=str(failure))
            attempt.tell("Failed")
            return
        log("step_retried", step=attempt.step.name, seconds=wait, reason=str(failure))
        if attempt.stop.wait(wait):
            attempt.tell("Stopped")
            return


def _try(attempt: Attempt, work: Callable[[Attempt], None]) -> StepFailedError | None:
    try:
        if attempt.stop.is_set():
            raise StoppedError("The execution is being stopped.")
        work(attempt)
    except EmulatorError:
        raise
    except StoppedError:
        attempt.tell("Stopped")
    except StepFailedError as failure:
        return failure
    except DefinitionError as error:
        return StepFailedError(f"ClientError: {error}")
    except ParamValidationError as error:
        return StepFailedError(f"ClientError: {' '.join(str(error).split())}")
    except ClientError as error:
        return _refusal(error)
    except (BotoCoreError, OSError) as error:
        return StepFailedError(f"ServiceFault: A service did not answer ({type(error).__name__}).", kind=SERVICE_FAULT)
    except Exception as error:
        # Where, not what: its text might quote a mail.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        log("step_broke", step=attempt.step.name, exception=type(error).__name__, at=where)
        reason = f"InternalServerError: We encountered an internal error ({type(error).__name__})."
        return StepFailedError(reason, kind=INTERNAL_ERROR)
    else:
        attempt.tell("Succeeded")
    return None


def _refusal(error: ClientError) -> StepFailedError:
    if error.response["Error"].get("Code") in _THROTTLES:
        return StepFailedError(f"ClientError: {error}", kind=THROTTLING)
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
        return StepFailedError(f"ServiceFault: {error}", kind=SERVICE_FAULT)
    return StepFailedError(f"ClientError: {error}")


def _until_retry(attempt: Attempt, failure: StepFailedError) -> float | None:
    if failure.kind is None:
        return None
    failures = [Failure(**one) for one in attempt.state.failures]
    failures.append(Failure(kind=failure.kind, at=time.time()))
    attempt.state = replace(attempt.state, failures=tuple(asdict(one) for one in failures))
    wait = seconds_until_retry(attempt.step.retry_policies, failures)
    return None if wait is None else attempt.settings.pace.seconds(wait)


def log(event: str, **facts: object) -> None:
    """A line of JSON on standard error."""
    print(json.dumps({"event": event, **facts}), file=sys.stderr, flush=True)
