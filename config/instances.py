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
