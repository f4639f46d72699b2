"""The CDK app: one Stage per environment. No AWS call, no lookup, no clock; `make synth` runs it."""

import json
import sys
from pathlib import Path

from aws_cdk import App

from config.load import load_environments
from mailroom.errors import MailroomError
from stacks.stage import MailroomStage

# Stack traces hold a path that is new each time. Here and not in cdk.json: the command line warns of such keys there.
_NO_TRACES = {"aws:cdk:disable-creation-stack-traces": True, "aws:cdk:disable-stack-trace": True}


def new_app(outdir: str | None = None) -> App:
    """An app with the feature flags of cdk.json, whether or not the CDK command line runs it."""
    settings = json.loads((Path(__file__).parent / "cdk.json").read_text(encoding="utf-8"))
    return App(outdir=outdir, analytics_reporting=False, context={**settings["context"], **_NO_TRACES})


def build(app: App) -> list[MailroomStage]:
    """Add every environment to ``app``; raises ConfigError."""
    return [MailroomStage(app, config.name, config=config) for config in load_environments()]


def main() -> int:
    """Synthesize into CDK_OUTDIR, or the folder that cdk.json names; 0, or 2 after one sentence."""
    app = new_app()
    try:
        build(app)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
