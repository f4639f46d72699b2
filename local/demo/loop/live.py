"""From a registered version to one that serves: the approval, and what follows it by itself."""

from local.adapters import wait_for_health, wait_for_model
from local.demo.loop.crm import mails_of
from local.demo.loop.runs import metadata
from local.demo.loop.traffic import traffic
from local.demo.loop.world import World
from local.go_live import REASON
from local.infra.at_hand import served_account
from local.infra.smoke_test import told, version, wait
from local.sample.write import MonthFolder


def approve(world: World, environment: str, package: str) -> None:
    """Do what a person's click in Studio does, and say that it stands for one."""
    client = world.client(environment, "sagemaker")
    client.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription=REASON)
    print(f"[{environment}] version {package.rpartition('/')[2]} approved here, in the stead of the person who decides")


def wait_until_live(world: World, environment: str, package: str) -> None:
    """Wait for the endpoint to serve the version, and for the API in front of it.

    Raises:
        ProcessError: it was turned back, or did not come up.
    """
    served = world.served(environment)
    wait_for_model(served, package)
    wait_for_health(served)
    print(f"[{environment}] version {package.rpartition('/')[2]} is live, by event, queue, function and stack update")


def still_live(world: World, environment: str, package: str) -> None:
    """Hold what the endpoint serves against the version.

    Raises:
        ProcessError: another one is served, or none.
    """
    wait_for_model(world.served(environment), package)
    print(f"[{environment}] version {package.rpartition('/')[2]} serves as before")


def take_over(world: World, environment: str, package: str, *, former: str, meanwhile: MonthFolder) -> None:
    """Wait as ``wait_until_live`` does, while mails keep coming; says which version answered how many.

    Raises:
        DemoError: a mail was not answered, or not both versions answered some.
        ProcessError: as for ``wait_until_live``.
    """
    served = world.served(environment)
    mails = mails_of(meanwhile, world.config(environment).training.tasks)
    with traffic(served, mails) as counted:
        wait_until_live(world, environment, package)
    print(f"[{environment}] {counted.line()}")
    new = metadata(world, environment, package)["model_version"]
    print(f"[{environment}] {counted.shift(new)}")
    counted.check({metadata(world, environment, former)["model_version"], new})


def smoke_test(world: World, environment: str, package: str) -> None:
    """Have the endpoint classify a mail, as `make smoke-test` does after a merge.

    Raises:
        MailroomError: another version answers, or none, or not as agreed.
    """
    config = world.config(environment)
    account = served_account(config, world.run_dir)
    wanted = version(account, package)
    print(f"[{environment}] smoke test: {told(wanted, wait(account, config, wanted))}")
