"""Where the executions of an account are kept: with their pipelines, in moto's backend."""

from collections.abc import Iterator

from moto.sagemaker.exceptions import ResourceNotFound
from moto.sagemaker.models import FakePipeline, SageMakerModelBackend, sagemaker_backends

from local.accounts.gaps.executions.record import ExecutionRecord


def backend_of(account: str, region: str) -> SageMakerModelBackend:
    """An account's SageMaker in a region."""
    return sagemaker_backends[account][region]


def find_pipeline(backend: SageMakerModelBackend, name_or_arn: str) -> FakePipeline:
    """A pipeline; raises ResourceNotFound as SageMaker does."""
    name = name_or_arn.rpartition("/")[2]
    if name not in backend.pipelines:
        raise ResourceNotFound(message=f"Pipeline '{name_or_arn}' does not exist.")
    return backend.pipelines[name]


def find_execution(backend: SageMakerModelBackend, arn: str) -> ExecutionRecord:
    """An execution; raises ResourceNotFound as SageMaker does."""
    for record in all_executions(backend):
        if record.arn == arn:
            return record
    raise ResourceNotFound(message=f"Pipeline execution '{arn}' does not exist.")


def all_executions(backend: SageMakerModelBackend) -> Iterator[ExecutionRecord]:
    """The executions of all pipelines, oldest first."""
    kept = [record for pipeline in backend.pipelines.values() for record in pipeline.pipeline_executions.values()]
    yield from sorted(kept, key=lambda record: record.created_at)
