"""The variables that a function's process sees: those it was deployed with, Lambda's own, and where AWS is here."""

import os
from collections.abc import Mapping
from pathlib import Path

from local.accounts.credentials import Credentials
from local.accounts.inspect.functions import Function


def process_environment(
    function: Function, credentials: Credentials, code: Path, redirected: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment; nothing of the person's own comes in.

    ``redirected``: service (``SAGEMAKER_RUNTIME``) to the URL where it is instead of at the emulator's.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        **function.environment,
        **credentials.environment(base={}),
        **{f"AWS_ENDPOINT_URL_{service}": url for service, url in redirected.items()},
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(code),
        "_HANDLER": function.handler,
    }
