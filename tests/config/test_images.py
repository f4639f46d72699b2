"""The pinned images against AWS's own list of what it publishes."""

import json
from pathlib import Path

import pytest

from config.images import INFERENCE_REPOSITORY, REGISTRIES, TAGS, TRAINING_REPOSITORY, image_uri
from config.load import load_environments

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, dict[str, str]]]:
    """Repository to tag to region to account."""
    found = list(
        (ROOT / ".venvs" / "gates").glob("lib/*/site-packages/sagemaker/core/image_uri_config/huggingface.json")
    )
    assert found, "run `make test`, which installs the image list"
    images: dict[str, dict[str, dict[str, str]]] = {}
    for kind in json.loads(found[0].read_text(encoding="utf-8")).values():
        for transformers, version in kind["versions"].items():
            for name, build in version.items():
                if not name.startswith("pytorch"):
                    continue
                for processor, system in build.get("container_version", {}).items():
                    for python in build["py_versions"]:
                        tag = f"{name.removeprefix('pytorch')}-transformers{transformers}-{processor}-{python}-{system}"
                        images.setdefault(build["repository"], {})[tag] = build["registries"]
    return images


@pytest.mark.parametrize("repository", [TRAINING_REPOSITORY, INFERENCE_REPOSITORY])
def test_the_pinned_images_are_published_where_the_table_says(repository: str, published):
    said = {
        tag: {region: published[repository].get(tag, {}).get(region) for region in REGISTRIES[repository]}
        for tag in TAGS[repository]
    }
    assert said == dict.fromkeys(TAGS[repository], REGISTRIES[repository])


def test_each_environment_runs_on_pinned_images():
    for config in load_environments():
        assert config.training.image in TAGS[TRAINING_REPOSITORY]
        assert config.inference.image in TAGS[INFERENCE_REPOSITORY]


def test_an_images_name_is_registry_region_repository_and_tag():
    assert image_uri(INFERENCE_REPOSITORY, "1.0-cpu", "eu-central-1") == (
        "763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-inference:1.0-cpu"
    )
