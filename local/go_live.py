"""An archive goes live by the way of production: registry, approval, event, queue, deploy function, stack update."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.events.model_archive import ModelArchive
from local.events.registry import approve, register

REASON = "Approved on this machine, in the stead of the person who decides that in the account"


def go_live(archive: ModelArchive, accounts: Path, environments: Sequence[str]) -> Mapping[str, str]:
    """Register the archive in each environment's account, and approve it where that is left to a person.

    Returns the ARNs of the packages, by environment. What follows an approval is not waited for.

    Raises:
        EmulatorError: an account lacks what a registration needs.
    """
    packages = {}
    for environment in environments:
        account = credentials(accounts, environment)
        registered = register(archive, account, environment=environment)
        version = registered.arn.rpartition("/")[2]
        said = f"[{environment}] model {archive.manifest.model_version} registered as version {version}"
        if registered.is_approved:
            print(f"{said}, approved {'already' if registered.is_known else 'without a person'}", flush=True)
        else:
            print(f"{said}, waits for a person: approved here in their stead", flush=True)
            approve(account, registered.arn, reason=REASON)
        packages[environment] = registered.arn
    return packages
