"""From a registered version to one that serves: the approval, and what follows it by itself."""

from local.adapters import wait_for_health, wait_for_model
from local.crm.client import CrmClient
from local.demo.loop.crm import mails_of
from local.demo.loop.runs import metadata
from local.demo.loop.traffic import traffic
from local.demo.loop.world import World
from local.demo.plan import DemoError
from local.go_live import REASON
from local.sample.write import MonthFolder
from mailroom.prediction import Prediction


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


def take_over(world: World, environment: str, package: str, *, meanwhile: MonthFolder) -> None:
    """Wait as ``wait_until_live`` does, while mails keep coming; says which version answered how many."""
    served = world.served(environment)
    mails = mails_of(meanwhile, world.config(environment).training.tasks)
    with traffic(served, mails) as counted:
        wait_until_live(world, environment, package)
    print(f"[{environment}] {counted.line()}")
    print(f"[{environment}] {counted.shift(metadata(world, environment, package)['model_version'])}")
    if counted.failed:
        raise DemoError(f"{counted.failed} mails were not answered while the new version took over.")


def smoke_test(world: World, environment: str, package: str, month: MonthFolder) -> None:
    """Have the environment's API classify a mail, and hold the answer's version against the registered one.

    Raises:
        DemoError: another version answers, or none.
    """
    served, wanted = world.served(environment), metadata(world, environment, package)["model_version"]
    client = CrmClient(served.url, served.api_key)
    try:
        mail = mails_of(month, world.config(environment).training.tasks)[0]
        result = client.classify([mail.email], batch_size=1, progress=False)[0].result
    finally:
        client.close()
    if not isinstance(result, Prediction) or result.model_version != wanted:
        raise DemoError(f"The smoke test of {environment} was not answered by {wanted}.")
    print(f"[{environment}] smoke test: answered by {wanted}, the version that was just trained")
