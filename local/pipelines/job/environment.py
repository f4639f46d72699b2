"""The environment of a job's process: what a container would have, and nothing of the person's own."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from local.accounts.credentials import Credentials

_KEPT = ("LANG", "LC_ALL", "SYSTEMROOT")
_MLFLOW = "AWS_ENDPOINT_URL_SAGEMAKER_MLFLOW"


def job_environment(
    own: Mapping[str, str], *, home: Path, isolated: bool, credentials: Credentials, mlflow_url: str | None
) -> dict[str, str]:
    """``own`` are the job's variables. An isolated job gets neither credentials nor the account's address."""
    account: dict[str, str] = {}
    if not isolated:
        account = credentials.environment(base={})
        if mlflow_url is not None:
            account[_MLFLOW] = mlflow_url
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        # `python3` is to be the interpreter that has what the image would have.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONUNBUFFERED": "1",
        **account,
        **own,
    }
