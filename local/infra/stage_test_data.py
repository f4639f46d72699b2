"""python -m local.infra.stage_test_data --env dev: bring the made-up mails that an environment trains on.

They are those of `make sample`, up to the configured month, and the same ones for the same checkout: whatever the
calendar says, a build trains on the test data of its own commit.
"""

import argparse
import base64
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.account import in_one_sentence, outputs
from local.infra.at_hand import account_at_hand
from local.infra.errors import AccountError
from local.sample.write import MonthFolder, make_sample

SAMPLE = Path("build/sample")
BUCKET_OUTPUT = "ExportsBucketName"


def months_to_stage(config: EnvironmentConfig, months: Sequence[MonthFolder]) -> tuple[MonthFolder, ...]:
    """The months of the sample that the environment trains on.

    Raises:
        AccountError: it trains on production data, or on a month that the sample has not.
    """
    if config.training.data != "test":
        raise AccountError(f"{config.name} trains on production data: made-up mails do not belong there.")
    names = [month.name for month in months]
    if config.training.export_month not in names:
        raise AccountError(
            f"config/{config.name}.toml, training.export_month: the test data are of {', '.join(names)}, and not of "
            f"{config.training.export_month!r}."
        )
    return tuple(month for month in months if month.name <= config.training.export_month)


def stage(s3: Any, bucket: str, prefix: str, months: Sequence[MonthFolder]) -> tuple[str, ...]:
    """Put each month's export where the pipeline reads it, oldest first; their keys. S3 refuses one that arrives
    damaged.

    Sent whether they are there or not: whoever brings exports need not be able to read any.
    """
    keys = []
    for month in months:
        content = month.export.read_bytes()
        key = f"{prefix}/{month.name}/{month.export.name}"
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
        s3.put_object(Bucket=bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256", ChecksumSHA256=digest)
        keys.append(key)
    return tuple(keys)


def main() -> None:
    """Make the sample, send it, and say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.stage_test_data", description=__doc__)
    parser.add_argument("--env", required=True, help="dev; never prod")
    parser.add_argument("--bucket", help="the exports bucket, for whoever cannot ask the stack for its name")
    parser.add_argument("--sample", type=Path, default=SAMPLE, help="where the mails are made (%(default)s)")
    options = parser.parse_args()
    config = load_environment(options.env)
    months = months_to_stage(config, make_sample(options.sample).months)
    account = account_at_hand(config)
    stack = config.named("data")
    bucket = options.bucket or outputs(account, stack).get(BUCKET_OUTPUT)
    if bucket is None:
        raise AccountError(f"The stack {stack} has no output {BUCKET_OUTPUT}: deploy it again.")
    with in_one_sentence(f"The test data cannot be put into {bucket}"):
        keys = stage(account.client("s3"), bucket, config.training.data, months)
    print(f"Test data up to {config.training.export_month}: {', '.join(f's3://{bucket}/{key}' for key in keys)}")


if __name__ == "__main__":
    sys.exit(run(main))
