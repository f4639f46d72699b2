"""Bucket policies are recorded, not enforced.

moto enforces them without understanding most conditions, so that the usual "deny without TLS" denies everything. Who
may read what is proven on the templates.
"""

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket


def install() -> None:
    """Let no bucket policy decide."""
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL
