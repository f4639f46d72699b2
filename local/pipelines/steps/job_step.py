"""What the steps that run a job have in common: the job in the account, its trial component, its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.pipelines import experiments
from local.pipelines.account import JobKind
from local.pipelines.attempt import Attempt
from local.pipelines.errors import RuntimeExceededError, StepFailedError, StoppedError
from local.pipelines.job.job_record import JobRecord

ARN_KINDS: Mapping[JobKind, str] = {"training": "training-job", "processing": "processing-job"}
METADATA: Mapping[JobKind, str] = {"training": "TrainingJob", "processing": "ProcessingJob"}


@dataclass(frozen=True, kw_only=True)
class StartedJob:
    """A job that the account knows of; ``name`` and ``arn`` are its own."""

    name: str
    arn: str
    record: JobRecord


def run_job(
    attempt: Attempt,
    kind: JobKind,
    *,
    create: Callable[..., Any],
    name_parameter: str,
    work: Callable[[Attempt, StartedJob, Any], Mapping[str, Any]],
) -> None:
    """Create the step's job in the account, have ``work`` do it, and tell what became of it.

    ``work`` returns what Describe is to say of the job beside its status.

    Raises:
        StepFailedError, StoppedError: as ``work`` does; the account has been told.
    """
    arguments = attempt.arguments()
    name = attempt.new_job_name()
    arn = attempt.arn(ARN_KINDS[kind], name)
    # First the name, then the job: whoever goes on after a crash finds the job by it.
    attempt.tell("Starting", {METADATA[kind]: {"Arn": arn}})
    grouping = experiments.job_config(attempt)
    create(**{name_parameter: name}, **arguments, **({"ExperimentConfig": grouping} if grouping else {}))
    attempt.tell("Executing")
    job = StartedJob(name=name, arn=arn, record=JobRecord(attempt.account, kind, name))
    with experiments.trial_component(attempt, kind, job.name, job.arn, arguments) as component:
        try:
            facts = work(attempt, job, arguments)
        except StoppedError:
            job.record.end("Stopped")
            raise
        except RuntimeExceededError:
            job.record.end("Stopped", secondary="MaxRuntimeExceeded")
            raise
        except StepFailedError as failure:
            job.record.end("Failed", FailureReason=str(failure))
            raise
        except Exception:
            job.record.end("Failed", FailureReason="InternalServerError: We encountered an internal error.")
            raise
        job.record.end("Completed", **facts)
        component.succeeded(facts)


def abandon(attempt: Attempt) -> None:
    """Tell that the job of an attempt that nobody finished has been stopped."""
    for kind, key in METADATA.items():
        named = attempt.state.metadata.get(key)
        if named is not None:
            attempt.account.abandon_job(kind, named["Arn"].rpartition("/")[2])
