"""An emulated account with what small pipelines need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from tests.local.pipelines.small_pipelines import BUCKET, GROUP, Ground


@pytest.fixture(scope="session")
def small_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Credentials]:
    state = tmp_path_factory.mktemp("small") / "accounts.json"
    try:
        made = assume(emulator.start(state), account="111122223333", region="eu-central-1")
        region = {"LocationConstraint": "eu-central-1"}
        made.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
        made.client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
        yield made
    finally:
        emulator.stop(state)


@pytest.fixture
def ground(small_account: Credentials, tmp_path: Path) -> Ground:
    return Ground(credentials=small_account, folder=tmp_path / "pipelines")
