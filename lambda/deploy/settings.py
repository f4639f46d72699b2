"""What the function must be told, read once from a mapping such as the process environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mailroom.lambda_runtime import settings as read
from mailroom.lambda_runtime.settings import SettingsError

# The services' own patterns for these names.
_STACK_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", re.ASCII)
_PARAMETER_NAME = re.compile(r"(/[a-zA-Z0-9_.-]+){1,15}", re.ASCII)
_PARAMETER_KEY = re.compile(r"[a-zA-Z0-9]{1,255}", re.ASCII)
_GROUP_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", re.ASCII)

# What a model package's metadata can hold as a value.
_TAXONOMY_VERSION = re.compile(r"\S.{0,255}")

_FOLDER = re.compile(r"s3://[a-z0-9.-]{3,63}/(.+/)?")
_REPOSITORY = re.compile(r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9._/-]+", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``parameter_name``: the SSM parameter that holds the approved version's ARN; ``parameter_key``: the logical id of
    the template parameter that reads it. ``version_key`` and ``compared_key``: of those that are told the model's
    version, and the version whose labels are compared with the live one's. ``rejections_name``: the SSM parameter that
    keeps when versions were rejected. ``taxonomy_version``: of the taxonomy that is deployed now. ``archives_url`` and
    ``image_repository``: where a version's parts must come from.

    Region and credentials are boto3's own variables.
    """

    stack_name: str
    parameter_name: str
    parameter_key: str
    version_key: str
    compared_key: str
    rejections_name: str
    model_package_group: str
    endpoint_name: str
    taxonomy_version: str
    archives_url: str
    image_repository: str

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Settings":
        """Read STACK_NAME, PARAMETER_NAME, PARAMETER_KEY, VERSION_KEY, COMPARED_KEY, REJECTIONS_NAME,
        MODEL_PACKAGE_GROUP, ENDPOINT_NAME, TAXONOMY_VERSION, ARCHIVES_URL, IMAGE_REPOSITORY.

        Raises:
            SettingsError: one of them is missing or has no sound value.
        """
        return cls(
            stack_name=_matching(values, "STACK_NAME", _STACK_NAME, "the inference stack"),
            parameter_name=_matching(
                values,
                "PARAMETER_NAME",
                _PARAMETER_NAME,
                "the SSM parameter of the approved model, from its first slash",
            ),
            parameter_key=_matching(
                values, "PARAMETER_KEY", _PARAMETER_KEY, "the template parameter that reads the approved model"
            ),
            version_key=_matching(
                values, "VERSION_KEY", _PARAMETER_KEY, "the template parameter that is told the model's version"
            ),
            compared_key=_matching(
                values, "COMPARED_KEY", _PARAMETER_KEY, "the template parameter that is told whose labels are compared"
            ),
            rejections_name=_matching(
                values, "REJECTIONS_NAME", _PARAMETER_NAME, "the SSM parameter of the rejections, from its first slash"
            ),
            model_package_group=_matching(values, "MODEL_PACKAGE_GROUP", _GROUP_NAME, "the model package group"),
            endpoint_name=read.endpoint_name(values),
            taxonomy_version=_matching(
                values, "TAXONOMY_VERSION", _TAXONOMY_VERSION, "the version of the deployed taxonomy"
            ),
            archives_url=_matching(
                values, "ARCHIVES_URL", _FOLDER, "the S3 folder of the models, up to its last slash"
            ),
            image_repository=_matching(
                values, "IMAGE_REPOSITORY", _REPOSITORY, "the repository of the serving image, without a tag"
            ),
        )


def _matching(values: Mapping[str, str], name: str, pattern: re.Pattern[str], meaning: str) -> str:
    value = values.get(name, "")
    if not pattern.fullmatch(value):
        raise SettingsError(f"{name} must name {meaning}.")
    return value
