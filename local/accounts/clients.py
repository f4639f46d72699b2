"""boto3 that sees nothing of the person's own AWS set-up: no profile, no configured endpoint, no proxy."""

import os

import boto3
import botocore.session
from botocore.config import Config


def bare_session(*, access_key: str, secret_key: str, token: str | None, region: str) -> boto3.Session:
    """A session that knows these credentials and nothing else."""
    core = botocore.session.Session(
        session_vars={
            "profile": (None, [], None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    return boto3.Session(
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
        region_name=region,
        botocore_session=core,
    )


def client_config() -> Config:
    """Straight to the emulator: through no proxy, and a failure is not tried again."""
    return Config(
        proxies={},
        ignore_configured_endpoint_urls=True,
        retries={"mode": "standard", "total_max_attempts": 1},
        s3={"addressing_style": "path"},
    )
