"""Training and processing jobs: moto says Completed as soon as one is created, with results of its own invention.

Here a job is InProgress until whoever runs it has told what became of it (``executions/reports.py``), and Describe
tells all that it was created with.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ResourceInUseException
from moto.sagemaker.models import FakeProcessingJob, FakeTrainingJob, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local.accounts.gaps.executions.record import moment

_create_training_job = SageMakerResponse.create_training_job
_create_processing_job = SageMakerResponse.create_processing_job
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def install() -> None:
    """Create jobs that have not run."""
    SageMakerResponse.create_training_job = _create_training
    SageMakerResponse.create_processing_job = _create_processing


def set_facts(backend: SageMakerModelBackend, kind: str, name: str, facts: Mapping[str, Any]) -> None:
    """Set what Describe tells of a job, by the names it tells it under; times are seconds since 1970."""
    job = {"training": backend.training_jobs, "processing": backend.processing_jobs}[kind][name]
    for fact, value in facts.items():
        setattr(job, _WORD.sub("_", fact).lower(), _moments(fact, value))


def _moments(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_moments(name, item) for item in value]
    if isinstance(value, dict):
        return {inner: _moments(inner, one) for inner, one in value.items()}
    return moment(value) if name.endswith(("Time", "Timestamp")) and isinstance(value, int | float) else value


def _create_training(response: SageMakerResponse) -> ActionResult:
    name = response._get_param("TrainingJobName")
    _refuse_known(response.sagemaker_backend.training_jobs, name)
    # moto puts metric definitions of its own into what it was given.
    algorithm = copy.deepcopy(response._get_param("AlgorithmSpecification"))
    answer = _create_training_job(response)
    job: FakeTrainingJob = response.sagemaker_backend.training_jobs[name]
    job.algorithm_specification = algorithm
    job.environment = response._get_param("Environment")
    job.training_job_status, job.secondary_status = "InProgress", "Starting"
    job.secondary_status_transitions = [{"Status": "Starting", "StartTime": job.creation_time}]
    job.model_artifacts = job.final_metric_data_list = job.training_start_time = job.training_end_time = None
    return answer


def _create_processing(response: SageMakerResponse) -> ActionResult:
    name = response._get_param("ProcessingJobName")
    _refuse_known(response.sagemaker_backend.processing_jobs, name)
    answer = _create_processing_job(response)
    job: FakeProcessingJob = response.sagemaker_backend.processing_jobs[name]
    job.environment = response._get_param("Environment")
    job.processing_resources = response._get_param("ProcessingResources")
    job.processing_job_status, job.processing_end_time = "InProgress", None
    return answer


def _refuse_known(jobs: Mapping[str, Any], name: str) -> None:
    if name in jobs:
        raise ResourceInUseException(message=f"A job of the name {name} exists already.")
