"""What the emulator leaves out, and which tests prove it instead: a green deployment claims no more than it shows.

Two kinds: resource types of which nothing is made (a placeholder stands in, so that the rest deploys), and what is
recorded, so that a person finds it, but does nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is missing, and the test file whose assertions on the templates stand in for it."""

    missing: str
    test: str

    def line(self) -> str:
        """One line for a person."""
        return f"{self.missing} ({self.test})"


NOT_MADE: Mapping[str, Proof] = {
    "AWS::CloudWatch::CompositeAlarm": Proof(
        missing="alarms on other alarms", test="tests/stacks/test_observability.py"
    ),
    "AWS::MWAA::Environment": Proof(missing="the Airflow environment", test="tests/stacks/test_orchestration.py"),
    "AWS::SageMaker::Domain": Proof(missing="the Studio domain", test="tests/stacks/test_studio.py"),
    "AWS::SageMaker::MlflowApp": Proof(missing="the MLflow app", test="tests/stacks/test_training.py"),
    "AWS::SageMaker::Space": Proof(missing="the Code Editor spaces", test="tests/stacks/test_studio.py"),
    "AWS::SageMaker::UserProfile": Proof(missing="the Studio user profiles", test="tests/stacks/test_studio.py"),
}
"""By resource type; a test keeps this the very list of what the templates use and the emulator does not make."""

RECORDED_ONLY: Mapping[str, Proof] = {
    "permissions": Proof(
        missing="IAM, key, bucket, queue and endpoint policies decide nothing", test="tests/stacks/test_people.py"
    ),
    "network": Proof(
        missing="subnets, security groups and private endpoints separate nothing", test="tests/stacks/test_network.py"
    ),
    "encryption": Proof(missing="keys encrypt nothing at rest", test="tests/stacks/test_data.py"),
    "firewall": Proof(missing="the web firewall blocks nothing", test="tests/stacks/test_api_firewall.py"),
    "canary": Proof(
        missing="an endpoint changes at once, without canary or rollback by alarms, unless local/hosting runs",
        test="tests/stacks/test_inference.py",
    ),
    "deployment-settings": Proof(
        missing="an endpoint's new DeploymentConfig alone deploys nothing; it holds from the next configuration on",
        test="tests/stacks/test_inference.py",
    ),
    "scaling": Proof(missing="nothing is scaled", test="tests/stacks/test_inference.py"),
    "alarms": Proof(
        missing="no alarm calls anybody; where local/alarms runs, those on log lines and invocations go off",
        test="tests/stacks/test_observability.py",
    ),
    "jobs": Proof(
        missing="jobs run as processes here: no image, no machine of their own, one for all instances",
        test="tests/stacks/pipeline/test_train.py",
    ),
    "trail": Proof(missing="no call is written to the trail", test="tests/stacks/test_people.py"),
}


def types_in(templates: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The resource types of templates."""
    return frozenset(body["Type"] for template in templates for body in template.get("Resources", {}).values())


def ignored_types(templates: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The resource types in templates of which the emulator makes nothing, sorted."""
    # moto is slow to import, and only this needs it.
    from local.accounts.gaps.registry import known_types

    return tuple(sorted(types_in(templates) - known_types()))


def report(types: Iterable[str]) -> list[str]:
    """What a deployment of these ignored types did not show, one line each."""
    unproven = "nothing proves it: give it a line in local/accounts/ignored.py"
    not_made = [f"  {name}: {NOT_MADE[name].line() if name in NOT_MADE else unproven}" for name in types]
    recorded = [f"  {proof.line()}" for proof in RECORDED_ONLY.values()]
    return [
        *(["Not made here, but proven on the templates:", *not_made] if not_made else []),
        "Recorded here, but without effect; proven on the templates:",
        *recorded,
    ]
