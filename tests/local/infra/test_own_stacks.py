"""The tools on the product's own stacks, every switch both ways."""

import pytest

from local.infra.assembly import Assembly, read_assembly
from local.infra.cost.estimate import Estimate, estimate
from local.infra.cost.prices import DEFAULT_FILE, load_prices
from local.infra.destroy.inventory import DeployedStack, Inventory
from local.infra.destroy.plan import Phase, plan
from local.infra.diagram.__main__ import picture
from local.infra.diff.network_rules import network_rules
from local.infra.diff.policies import granted
from local.infra.diff.widened import widened

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def own(assembly) -> Assembly:
    return read_assembly(assembly.folder)


def of(own: Assembly, environment: str) -> Estimate:
    return estimate(own.environment(environment), load_prices(DEFAULT_FILE))


def test_every_resource_of_every_stack_has_a_price_or_is_known_to_be_free(own):
    assert {name: of(own, name).unpriced for name in own.environments} == dict.fromkeys(own.environments, ())


def test_a_serverless_endpoint_costs_nothing_while_it_sleeps(own):
    serverless, instances = of(own, "serverless"), of(own, "dev")
    assert [line.what for line in serverless.of("inference") if line.fixed and "endpoint" in line.what] == []
    assert any(line.what.startswith("endpoint, 1 x ml.") for line in instances.of("inference") if line.fixed)


def test_airflow_costs_in_prod_and_not_in_dev(own):
    whats = {name: {line.what for line in of(own, name).of("orchestration")} for name in ("dev", "prod")}
    assert "Airflow environment mw1.small" in whats["prod"] - whats["dev"]


def test_no_stack_widens_its_own_permissions(own):
    assert [stack.path for stack in own.stacks if widened(stack.template, stack.template)] == []


def test_permissions_and_network_rules_are_found_in_the_stacks_that_have_them(own):
    network, api = (
        next(stack for stack in own.environment("prod") if stack.name == name) for name in ("network", "api")
    )
    assert {permission.place.partition(" ")[0] for permission in granted(api.template)} >= {"role", "trust", "function"}
    assert {rule.direction for rule in network_rules(network.template)} == {"in", "out"}


def test_the_picture_names_every_stack(own):
    svg, differing = picture(own.folder, "prod")
    assert [stack.name for stack in own.environment("prod") if f">{stack.name}</text>" not in svg] == []
    assert any("InstanceType" in line for line in differing)


def test_a_teardown_destroys_all_stacks_but_the_data_and_what_it_needs(own):
    declared = own.environment("prod")
    deployed = tuple(
        DeployedStack(name=stack.name, stack_name=stack.stack_name, protected=False, resources=()) for stack in declared
    )
    found = plan(Inventory(stacks=deployed), declared, with_data=False, key_usd=1.0)
    going = [action.target.partition("/")[2] for phase in (Phase.STACKS, Phase.NETWORK) for action in found.of(phase)]
    assert set(going) == {stack.name for stack in declared} - {"ci", "data"}
    # Whoever uses another goes before it.
    needs = {stack.name: {need.partition("/")[2] for need in stack.needs} for stack in declared}
    assert [name for position, name in enumerate(going) if needs[name] & set(going[:position])] == []
