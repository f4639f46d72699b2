"""The code of a Lambda function: its own package and what of the domain it imports, nothing else.

boto3 is the runtime's own.
"""

import functools

from aws_cdk import aws_lambda

from stacks.assets.archives import read_entries
from stacks.assets.closure import import_closure
from stacks.assets.staging import ROOT, stage


@functools.cache
def function_entries(package: str) -> dict[str, bytes]:
    """Archive name to content for the function ``package`` (``classify``), entered at ``classify.handler``."""
    files = import_closure(f"{package}.handler", [ROOT / "lambda", ROOT], frozenset({package, "mailroom"}))
    return read_entries(files)


def function_code(package: str) -> aws_lambda.Code:
    """The packed code of the function ``package``."""
    path, digest = stage(f"{package}.zip", function_entries(package))
    return aws_lambda.Code.from_asset(str(path), asset_hash=digest)
