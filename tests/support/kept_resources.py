"""What must not be replaced by accident: resources that hold data, or a name or key that somebody outside uses.

A changed logical id is a new, empty resource beside or instead of the old one. `python -m tests.support.kept_resources`
writes the snapshots anew, for a change that is meant.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.templates import Assembly, read_assembly, synthesize

FOLDER = Path(__file__).parents[1] / "stacks" / "snapshots"
ENVIRONMENTS = ("dev", "prod")
HOLDS_SOMETHING = frozenset(
    {
        "AWS::ApiGateway::ApiKey",
        "AWS::ApiGateway::RestApi",
        "AWS::CloudTrail::Trail",
        "AWS::DynamoDB::Table",
        "AWS::EC2::VPC",
        "AWS::KMS::Key",
        "AWS::MWAA::Environment",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::SageMaker::Domain",
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::MlflowApp",
        "AWS::SageMaker::MlflowTrackingServer",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::SageMaker::Space",
        "AWS::SageMaker::UserProfile",
    }
)


def kept_resources(assembly: Assembly) -> dict[str, dict[str, dict[str, str]]]:
    """By stack and environment: logical id to type, and what becomes of it when it leaves the template."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for (stage, part), template in assembly.templates.items():
        resources = {
            logical_id: f"{resource['Type']} {_fate(resource)}"
            for logical_id, resource in sorted(template.json.get("Resources", {}).items())
            if resource["Type"] in HOLDS_SOMETHING
        }
        if stage in ENVIRONMENTS and resources:
            found.setdefault(part, {})[stage] = resources
    return found


def snapshots() -> dict[str, dict[str, dict[str, str]]]:
    """The same, as it was reviewed."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def _fate(resource: Mapping[str, str]) -> str:
    deletion = resource.get("DeletionPolicy", "Delete")
    replacement = resource.get("UpdateReplacePolicy", "Delete")
    return deletion if deletion == replacement else f"{deletion} (replaced: {replacement})"


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder))
        kept = kept_resources(read_assembly(Path(folder)))
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for part, environments in kept.items():
        (FOLDER / f"{part}.json").write_text(json.dumps(environments, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
