"""Write an environment's execution policies as files for `aws iam create-policy`.

python -m config.bootstrap ENV FOLDER
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from config.bootstrap.policies import execution_policies
from config.load import load_environment
from mailroom.errors import MailroomError


def main(arguments: Sequence[str] | None = None) -> int:
    """Write FOLDER/NAME.json for each policy and print the files' names; 0, or 2 after one sentence."""
    parser = argparse.ArgumentParser(prog="python -m config.bootstrap", description=__doc__.splitlines()[0])
    parser.add_argument("environment", metavar="ENV", help="dev or prod")
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    asked = parser.parse_args(arguments)
    try:
        policies = execution_policies(load_environment(asked.environment))
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, policy in policies.items():
        path = asked.folder / f"{name}.json"
        path.write_text(json.dumps(policy, indent=1) + "\n", encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
