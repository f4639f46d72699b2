"""What an instance type's name tells, held against the types that the AWS SDK lists."""

import gzip
import importlib.resources
import json

import botocore.session
import pytest

from config.instances import gpu_count, has_local_storage, is_burstable, is_instance_type, process_count

# Offered in Studio for its own servers and for maps; no machine to choose.
NO_MACHINES = {"system", "ml.geospatial.interactive"}


@pytest.fixture(scope="module")
def listed() -> set[str]:
    sagemaker = botocore.session.get_session().get_service_model("sagemaker")
    shapes = ("TrainingInstanceType", "ProcessingInstanceType", "ProductionVariantInstanceType", "AppInstanceType")
    return {name for shape in shapes for name in sagemaker.shape_for(shape).enum} - NO_MACHINES


def test_every_type_that_sagemaker_offers_is_read(listed: set[str]):
    assert len(listed) > 300
    assert [name for name in sorted(listed) if not is_instance_type(name)] == []


@pytest.mark.parametrize(
    "text", ["c6i.large", "ml.c6i", "ml.c6i.bogus", "ml.c6i.large ", "ml.c.large", "ml.C6I.large", "ml.c6i.xxlarge", ""]
)
def test_anything_else_is_none(text: str):
    assert not is_instance_type(text)


def test_machines_on_credit_are_those_of_the_family_t(listed: set[str]):
    assert {name.split(".")[1] for name in listed if is_burstable(name)} == {"t2", "t3"}


@pytest.mark.parametrize(
    ("instance_type", "local"),
    [
        ("ml.m5.xlarge", False),
        ("ml.c6i.large", False),
        ("ml.p3.2xlarge", False),
        ("ml.m5d.xlarge", True),
        ("ml.c6id.xlarge", True),
        ("ml.g4dn.xlarge", True),
        ("ml.p3dn.24xlarge", True),
        ("ml.p4de.24xlarge", True),
        ("ml.g5.xlarge", True),
        ("ml.g6e.xlarge", True),
    ],
)
def test_machines_with_disks_of_their_own_are_known_by_their_type(instance_type: str, local: bool):
    assert has_local_storage(instance_type) is local


def test_gpus_are_counted_as_ec2_describes_its_machines(listed: set[str]):
    packed = importlib.resources.files("moto").joinpath("ec2/resources/instance_types.json.gz").read_bytes()
    described = json.loads(gzip.decompress(packed))
    machines = {name for name in listed if name.removeprefix("ml.") in described}
    expected = {
        name: sum(gpu["Count"] for gpu in described[name.removeprefix("ml.")].get("GpuInfo", {}).get("Gpus", []))
        for name in machines
    }
    assert len(machines) > 200
    assert {name: gpu_count(name) for name in machines} == expected


@pytest.mark.parametrize(
    ("instance_type", "instances", "processes"),
    [("ml.m5.xlarge", 1, 1), ("ml.m5.xlarge", 3, 3), ("ml.g5.xlarge", 2, 2), ("ml.g5.12xlarge", 2, 8)],
)
def test_a_process_trains_on_each_gpu_or_on_each_machine_without_one(
    instance_type: str, instances: int, processes: int
):
    assert process_count(instance_type, instances) == processes
