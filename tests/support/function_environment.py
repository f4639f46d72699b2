"""The variables of a function in tests of its handler: as deployed, but for a local endpoint and no ledger."""

from collections.abc import Mapping


def function_environment(*, endpoint_url: str, endpoint_name: str) -> Mapping[str, str]:
    """The variables that the function and boto3 read, cut off from any AWS account of the person at this machine."""
    return {
        "ENDPOINT_NAME": endpoint_name,
        "LEDGER_TABLE": "mailroom-local",
        "LEDGER_DAYS": "1",
        "DEADLINE_SECONDS": "8",
        "AUDIT_SHARE": "0",
        "LABEL_MIX_TASK": "queue",
        # Nobody listens there: predictions are answered, and their rows logged as not written.
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": endpoint_url,
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
