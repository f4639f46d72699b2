"""The champion: the version that the endpoint serves, which a new model has to hold its own against.

Not the newest approved one: a version whose deployment was rolled back stays approved in the registry.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError

FACTS = "champion.json"
ARCHIVE = "model.tar.gz"
NONE = "none"

_REGISTERED = ("model_version", "taxonomy_version", "frozen_set", "frozen_set_sha256", "dataset")

# In all other states no configuration of the endpoint answers anybody.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
_SERVING = ("InService", "Updating", "SystemUpdating", "RollingBack", "UpdateRollbackFailed")


class ChampionError(MailroomError):
    """The champion cannot be found out or fetched."""


@dataclass(frozen=True, kw_only=True)
class Champion:
    """``model_package``: ARN; the others as its registration says, None where it does not: ``frozen_set``
    (``2026.1/2026-01``) with the hash of its mails, and ``dataset``, the URI of what the model was trained on."""

    model_package: str
    model_version: str | None = None
    taxonomy_version: str | None = None
    frozen_set: str | None = None
    frozen_set_sha256: str | None = None
    dataset: str | None = None


def fetch_champion(endpoint: str, folder: Path, *, sagemaker: Any, s3: Any) -> Champion | None:
    """Copy the champion's archive into ``folder``; None if there is no endpoint, or none that serves a model.

    champion.json says which it is, in either case. ``sagemaker`` and ``s3`` are boto3 clients.

    Raises:
        ChampionError: endpoint, registry or archive cannot be read, or the endpoint's model is from no registry.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = _live_package(endpoint, sagemaker)
        if found is not None:
            url = found["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
            bucket, _, key = url.removeprefix("s3://").partition("/")
            s3.download_file(bucket, key, str(folder / ARCHIVE))
    except (BotoCoreError, ClientError) as problem:
        raise ChampionError(
            f"The champion on the endpoint {endpoint} cannot be fetched: {' '.join(str(problem).split())}"
        ) from problem
    champion = None if found is None else _champion(found)
    content = {"model_package": NONE} if champion is None else asdict(champion)
    (folder / FACTS).write_text(json.dumps(content) + "\n", encoding="utf-8")
    return champion


def champion_in(folder: Path) -> Champion | None:
    """Which champion champion.json names; raises ChampionError if there is no such file."""
    try:
        content = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        return None if content["model_package"] == NONE else Champion(**content)
    except (OSError, ValueError, KeyError, TypeError):
        raise ChampionError(f"The champion's folder holds no readable {FACTS}.") from None


def _live_package(endpoint: str, sagemaker: Any) -> Mapping[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        found = sagemaker.describe_endpoint(EndpointName=endpoint)
    except ClientError as problem:
        said = problem.response["Error"]
        if said["Code"] == "ValidationException" and "Could not find" in said["Message"]:
            return None
        raise
    if found["EndpointStatus"] not in _SERVING:
        return None
    # While the endpoint is updated this is still the former configuration, and it stays it if the update is undone.
    config = sagemaker.describe_endpoint_config(EndpointConfigName=found["EndpointConfigName"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    package = model.get("PrimaryContainer", {}).get("ModelPackageName")
    if not package:
        raise ChampionError(f"The model on the endpoint {endpoint} is no version of a model registry.")
    described: Mapping[str, Any] = sagemaker.describe_model_package(ModelPackageName=package)
    return described


def _champion(package: Mapping[str, Any]) -> Champion:
    facts = package.get("CustomerMetadataProperties", {})
    said = {name: facts[name] for name in _REGISTERED if facts.get(name, NONE) != NONE}
    return Champion(model_package=package["ModelPackageArn"], **said)
