"""Takes an inventory of an environment's account."""

from local.infra.account import Account, in_one_sentence
from local.infra.destroy.account_reader import AccountReader
from local.infra.destroy.inventory import Inventory


def take_inventory(account: Account, *, known: Inventory | None = None) -> Inventory:
    """What of the environment is in its account now.

    ``known`` is an earlier inventory: what is left of a Studio domain is only found by the domain that it was of.

    Raises:
        AccountError: AWS refuses to say.
    """
    reader = AccountReader(account)
    with in_one_sentence(f"What is in account {account.number} cannot be read"):
        stacks = reader.stacks()
        current = tuple(
            resource.physical_id for stack in stacks for resource in stack.of_type("AWS::SageMaker::Domain")
        )
        domains = tuple(dict.fromkeys([*(known.domains if known else ()), *current]))
        vpcs = [resource.physical_id for stack in stacks for resource in stack.of_type("AWS::EC2::VPC")]
        apis = [
            resource.physical_id
            for stack in [*stacks, *(known.stacks if known else ())]
            for resource in stack.of_type("AWS::ApiGateway::RestApi")
        ]
        homes = reader.listed("Studio domains", lambda: reader.home_file_systems(current))
        apps = reader.listed("Studio apps", lambda: reader.apps(current)) if current else ()
        return Inventory(
            stacks=stacks,
            domains=domains,
            apps=apps,
            spaces=reader.listed("Studio spaces", lambda: reader.spaces(current)) if current else (),
            executions=reader.listed("pipeline executions", lambda: reader.executions(stacks)),
            file_systems=reader.file_systems(domains, {*homes, *(known.file_systems if known else ())}),
            security_groups=reader.security_groups(vpcs, domains),
            log_groups=reader.log_groups(apis),
            shared_log_groups=reader.shared_log_groups(),
            interfaces=reader.interfaces(vpcs),
            unknown=tuple(reader.unknown),
        )
