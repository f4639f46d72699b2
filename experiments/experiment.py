"""What an experiment is told: what the pipeline's training job is, but for what must be its own."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.environment import EnvironmentConfig
from experiments.errors import ExperimentError

FOLDER = "experiments"
"""Folder of the artefacts bucket that an experiment's role may write: stacks/constructs/experiment_role.py."""
ROLE = "experiment"
SOURCE = "training.tar.gz"

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """``name``: what its jobs' names begin with, which is what Studio may start; ``request``: a CreateTrainingJob
    without the job's name. ``source``: the S3 URI that its code is to be put at."""

    name: str
    source: str
    request: Mapping[str, Any]


def experiment(job: Mapping[str, Any], *, config: EnvironmentConfig, label: str, stamp: str) -> Experiment:
    """An experiment out of the pipeline's training ``job``; ``stamp`` sets it apart from others of its ``label``.

    Its own are role, code, outputs and checkpoints; image, machine, network, isolation, keys, data and base weights are
    the pipeline's.

    Raises:
        ExperimentError: the label cannot be part of a job's name.
    """
    if not _LABEL.fullmatch(label):
        raise ExperimentError(
            f"{label!r} is no name: take up to 24 small letters, digits and dashes, such as 'lower-rate'."
        )
    request = copy.deepcopy(dict(job))
    bucket = request["OutputDataConfig"]["S3OutputPath"].removeprefix("s3://").partition("/")[0]
    folder = f"s3://{bucket}/{FOLDER}/{label}-{stamp}"
    code = _channel(request, "code")
    submitted = f"{request['HyperParameters']['sagemaker_submit_directory'].rpartition('/')[0]}/{SOURCE}"
    code["DataSource"]["S3DataSource"]["S3Uri"] = f"{folder}/source/{SOURCE}"
    request["HyperParameters"]["sagemaker_submit_directory"] = submitted
    request["RoleArn"] = f"arn:aws:iam::{config.account}:role/{config.named(ROLE)}"
    request["OutputDataConfig"]["S3OutputPath"] = folder
    # Under one prefix with those of all experiments, by which the bucket removes them after two weeks.
    request["CheckpointConfig"]["S3Uri"] = f"s3://{bucket}/{FOLDER}/checkpoints/{label}-{stamp}"
    return Experiment(name=f"{config.named(ROLE)}-{label}", source=f"{folder}/source/{SOURCE}", request=request)


def _channel(request: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (channel for channel in request["InputDataConfig"] if channel["ChannelName"] == name)
    return found
