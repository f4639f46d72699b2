"""The champion: the newest approved version in the registry, which a new model has to hold its own against."""

import json
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError

FACTS = "champion.json"
ARCHIVE = "model.tar.gz"
NONE = "none"


class RegistryError(MailroomError):
    """The model registry cannot be read."""


def fetch_champion(group: str, folder: Path, *, sagemaker: Any, s3: Any) -> str:
    """Copy the champion's archive into ``folder``; returns its ARN, or ``none`` for a registry without one.

    champion.json says which it is, in either case. ``sagemaker`` and ``s3`` are boto3 clients.

    Raises:
        RegistryError: the registry or the archive cannot be read.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = sagemaker.list_model_packages(
            ModelPackageGroupName=group,
            ModelApprovalStatus="Approved",
            SortBy="CreationTime",
            SortOrder="Descending",
            MaxResults=1,
        )["ModelPackageSummaryList"]
        arn = found[0]["ModelPackageArn"] if found else NONE
        if found:
            package = sagemaker.describe_model_package(ModelPackageName=arn)
            url = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
            bucket, _, key = url.removeprefix("s3://").partition("/")
            s3.download_file(bucket, key, str(folder / ARCHIVE))
    except (BotoCoreError, ClientError) as problem:
        raise RegistryError(f"The champion of {group} cannot be fetched: {' '.join(str(problem).split())}") from problem
    (folder / FACTS).write_text(json.dumps({"model_package": arn}) + "\n", encoding="utf-8")
    return arn


def champion_in(folder: Path) -> str:
    """The ARN that champion.json names, or ``none``; raises RegistryError if there is no such file."""
    try:
        return str(json.loads((folder / FACTS).read_text(encoding="utf-8"))["model_package"])
    except (OSError, ValueError, KeyError, TypeError):
        raise RegistryError(f"The champion's folder holds no readable {FACTS}.") from None
