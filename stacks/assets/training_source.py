"""The code of the pipeline's jobs as an asset."""

from aws_cdk import aws_s3_assets
from constructs import Construct

from stacks.assets.staging import archive_asset
from stacks.assets.training_entries import training_source_entries


def training_source(scope: Construct, construct_id: str) -> aws_s3_assets.Asset:
    """The tarball as an asset whose hash is its content's."""
    return archive_asset(scope, construct_id, name="training.tar.gz", entries=training_source_entries())
