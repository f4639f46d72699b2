from typing import Any

import pytest

from deploy.soundness import Origin, defect, fact
from tests.lambda_.deploy.world import ARCHIVE, CONTAINER, FACTS, GROUP, IMAGES

ORIGIN = Origin(archives="s3://artefacts/models/", images=IMAGES)


def package(*containers: dict[str, str], group: str = GROUP, **facts: str) -> dict[str, Any]:
    return {
        "ModelPackageGroupName": group,
        "InferenceSpecification": {"Containers": list(containers or (CONTAINER,))},
        "CustomerMetadataProperties": {**FACTS, **facts},
    }


def said(described: dict[str, Any]) -> str | None:
    return defect(described, group=GROUP, origin=ORIGIN)


def test_what_the_pipeline_registered_can_be_deployed():
    assert said(package()) is None
    assert said(package(archive=ARCHIVE)) is None


def test_a_version_of_another_group_cannot():
    assert said(package(group="another")) == "It does not belong to the model package group mailroom-dev."


@pytest.mark.parametrize(
    ("containers", "sentence"),
    [
        ([CONTAINER, CONTAINER], "Its inference specification must hold one container, not 2."),
        ([{"Image": CONTAINER["Image"]}], "Its container lacks ModelDataUrl."),
        ([{"ModelDataUrl": ""}], "Its container lacks Image and ModelDataUrl."),
    ],
)
def test_a_version_without_exactly_one_whole_container_cannot(containers: list[dict[str, str]], sentence: str):
    assert said(package(*containers)) == sentence


@pytest.mark.parametrize("unknown", ["", "none"])
def test_a_version_that_does_not_name_itself_and_its_taxonomy_cannot(unknown: str):
    for names in (["model_version"], ["taxonomy_version"], ["model_version", "taxonomy_version"]):
        assert said(package(**dict.fromkeys(names, unknown))) == (
            f"Its metadata lack {' and '.join(names)}: register it through the pipeline."
        )


@pytest.mark.parametrize(
    "archive",
    ["s3://elsewhere/models/m.tar.gz", "s3://artefacts/base-models/m.tar.gz", "s3://artefacts/models", "/models/m"],
)
def test_an_archive_from_where_the_pipeline_does_not_write_is_refused(archive: str):
    assert said(package({**CONTAINER, "ModelDataUrl": archive})) == (
        "Its archive does not lie under s3://artefacts/models/, where the pipeline writes."
    )


def test_another_archive_than_the_one_that_was_registered_is_refused():
    swapped = {**CONTAINER, "ModelDataUrl": "s3://artefacts/models/refused-by-the-gate/m.tar.gz"}
    assert said(package(swapped, archive=ARCHIVE)) == (
        f"Its archive is not the one that it was registered with, {ARCHIVE}."
    )


def test_a_former_tag_of_the_image_is_fine_and_another_image_is_refused():
    assert said(package({**CONTAINER, "Image": f"{IMAGES}:former"})) is None
    for image in (f"{IMAGES}-mine:1", "444455556666.dkr.ecr.eu-central-1.amazonaws.com/i:1", IMAGES):
        assert said(package({**CONTAINER, "Image": image})) == f"Its image does not come from {IMAGES}."


def test_a_fact_that_is_not_known_is_empty():
    assert [fact(package(champion="none"), name) for name in ("model_version", "champion", "other")] == ["m-1", "", ""]
