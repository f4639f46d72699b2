"""What a SageMaker instance type's name tells: family, processor, and whether its disks are its own."""

import fnmatch
import re

_INSTANCE_TYPE = re.compile(
    # Family, generation, traits: m5, c6id, c7i-flex, p6-b200.
    r"ml\.(?P<family>[a-z]+)(?P<generation>[0-9]+)(?P<traits>[a-z]*(-[a-z0-9]+)?)"
    r"\.(nano|micro|small|medium|large|[0-9]{0,3}xlarge|metal)"
)

LOCAL_STORAGE_TYPES = (
    # The letter d stands for local disks, alone or before another trait: m5d, c6id, g4dn, p4de.
    "ml.*d.*",
    "ml.*dn.*",
    "ml.*de.*",
    "ml.g5.*",
    "ml.g6.*",
    "ml.g6e.*",
    "ml.gr6.*",
    "ml.p5.*",
    "ml.p5e.*",
    "ml.p5en.*",
    "ml.trn1.*",
    "ml.trn1n.*",
    "ml.trn2.*",
)
"""Patterns, as IAM and fnmatch both read them, of the machines that keep their data on disks of their own.

SageMaker uses these disks instead of an EBS volume, encrypts them in hardware and refuses a job or an endpoint that
names a key for its volume. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
"""


_SEVERAL_GPUS = {
    "ml.g4dn.12xlarge": 4,
    **{
        f"ml.{family}.{size}xlarge": count
        for family in ("g5", "g6", "g6e")
        for size, count in ((12, 4), (24, 4), (48, 8))
    },
    **{f"ml.{family}.{size}xlarge": count for family in ("g7", "g7e") for size, count in ((12, 2), (24, 4), (48, 8))},
    "ml.p2.8xlarge": 8,
    "ml.p2.16xlarge": 16,
    "ml.p3.8xlarge": 4,
    "ml.p3.16xlarge": 8,
    "ml.p3dn.24xlarge": 8,
    **{f"ml.{family}.24xlarge": 8 for family in ("p4d", "p4de")},
    **{f"ml.{family}.48xlarge": 8 for family in ("p5", "p5e", "p5en", "p6-b200", "p6-b300")},
    "ml.p6e-gb200.36xlarge": 4,
}
"""https://aws.amazon.com/ec2/instance-types/#Accelerated_Computing; other machines of these families have one."""
_GPU_FAMILIES = frozenset({"g", "gr", "p"})


def is_instance_type(instance_type: str) -> bool:
    """Whether the text has the form of a SageMaker instance type."""
    return _INSTANCE_TYPE.fullmatch(instance_type) is not None


def family_and_traits(instance_type: str) -> tuple[str, str]:
    """``("m", "id")`` of ``ml.m6id.large``; raises ValueError if the text is no instance type."""
    match = _INSTANCE_TYPE.fullmatch(instance_type)
    if match is None:
        raise ValueError(f"{instance_type!r} is no SageMaker instance type such as 'ml.m6i.xlarge'.")
    return match["family"], match["traits"]


def is_burstable(instance_type: str) -> bool:
    """Whether the machine computes on credit (t2, t3): a load that lasts uses it up."""
    return family_and_traits(instance_type)[0] == "t"


def has_local_storage(instance_type: str) -> bool:
    """Whether a job or an endpoint on this instance type must not name a key for its volume."""
    return any(fnmatch.fnmatchcase(instance_type, pattern) for pattern in LOCAL_STORAGE_TYPES)


def has_gpu(instance_type: str) -> bool:
    """Whether the machine has NVIDIA's graphics processors."""
    return family_and_traits(instance_type)[0] in _GPU_FAMILIES


def gpu_count(instance_type: str) -> int:
    """How many GPUs the machine has."""
    return _SEVERAL_GPUS.get(instance_type, 1) if has_gpu(instance_type) else 0


def process_count(instance_type: str, instances: int) -> int:
    """How many processes train on so many machines: one for each GPU, or for each machine without one."""
    return instances * max(1, gpu_count(instance_type))
