"""Which machines keep their data on disks of their own.

SageMaker uses these disks instead of an EBS volume, encrypts them in hardware and refuses a job that names a key for
its volume. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
"""

import fnmatch

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
"""Patterns as IAM and fnmatch both read them."""


def has_local_storage(instance_type: str) -> bool:
    """Whether a job on this instance type must not name a key for its volume."""
    return any(fnmatch.fnmatchcase(instance_type, pattern) for pattern in LOCAL_STORAGE_TYPES)
