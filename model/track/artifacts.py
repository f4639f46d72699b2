"""The files that go with a run, and the two kinds of place in which MLflow keeps them."""

import json
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from model.evaluation.plots import confusion_picture
from model.evaluation.results import Evaluation
from model.track.errors import MlflowError
from model.track.server import MlflowServer

# Of the evaluation's folder what is about the model as a whole. predictions.jsonl is about single mails, by their ids.
_FILES = (
    "report.html",
    "comparison.html",
    "evaluation.json",
    "comparison.json",
    "metrics.json",
    "data_report.json",
    "model.json",
    "model_card.json",
    "model_card.md",
)


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file of a run; ``path`` has folders divided by slashes."""

    path: str
    content: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """Its media type, by its name."""
        return mimetypes.guess_type(self.path)[0] or "application/octet-stream"


def artifacts_of(folder: Path, evaluation: Evaluation) -> Iterator[Artifact]:
    """Reports and facts as the evaluation left them in ``folder``, and each task's confusion matrix, also drawn."""
    for name in _FILES:
        if (folder / name).is_file():
            yield Artifact(path=name, content=(folder / name).read_bytes())
    for task, measured in evaluation.tasks.items():
        matrix = {"labels": measured.confusion.labels, "counts": measured.confusion.counts}
        text = json.dumps(matrix, ensure_ascii=False)
        yield Artifact(path=f"confusion/{task}.json", content=text.encode())
        yield Artifact(path=f"confusion/{task}.png", content=confusion_picture(measured.confusion))


def store(artifact: Artifact, *, root: str, server: MlflowServer) -> None:
    """Put the file below ``root``, a run's artifact_uri; one that is there already is replaced.

    Raises:
        MlflowError: it cannot be written, or the place is of another kind.
    """
    place = urlsplit(root)
    path = f"{place.path.strip('/')}/{artifact.path}".lstrip("/")
    if place.scheme == "s3":
        _put_object(place.netloc, path, artifact)
    elif place.scheme == "mlflow-artifacts":
        server.store(path, artifact.content, artifact.content_type)
    else:
        raise MlflowError(f"Files of a run can go to S3 or through the MLflow server, not to {place.scheme}:.")


def _put_object(bucket: str, key: str, artifact: Artifact) -> None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=artifact.content, ContentType=artifact.content_type)
    except (BotoCoreError, ClientError) as problem:
        raise MlflowError(f"{artifact.path} cannot be stored: {' '.join(str(problem).split())}") from problem
