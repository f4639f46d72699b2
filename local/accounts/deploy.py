"""python -m local.accounts.deploy: bootstrap and deploy a synthesized assembly onto the emulated accounts."""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.accounts.cdk import Cdk
from local.accounts.credentials import assume
from local.accounts.ignored import ignored_types, report
from local.accounts.progress import Deployed
from local.command_line import end_on_signals, run
from local.infra.assembly import DEFAULT_FOLDER, Assembly, read_assembly


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What one environment's deployment did."""

    environment: str
    place: Place
    stacks: tuple[Deployed, ...]
    seconds: float

    def line(self) -> str:
        """``dev (111122223333, eu-central-1): 10 stacks in 14.2 s, 10 changed``."""
        changed = sum(stack.changed for stack in self.stacks)
        where = f"{self.environment} ({self.place.account}, {self.place.region})"
        return f"{where}: {len(self.stacks)} stacks in {self.seconds:.1f} s, {changed} changed"


def deploy(assembly: Assembly, state: Path, environments: Sequence[str] = ()) -> tuple[Deployment, ...]:
    """Deploy environments (all, if none is named), at the same time, each to its account; the emulator is left running.

    Prints one line per stack. An account that was bootstrapped already is not bootstrapped again.

    Raises:
        AssemblyError: the assembly holds no such environment.
        ProcessError: the emulator did not start.
        CdkError: the CDK command line failed.
    """
    places = {name: _place(assembly, name) for name in environments or assembly.environments}
    url = emulator.start(state)
    accounts_file.write(state, places)
    # The accounts share nothing but the server, which answers each call on a thread of its own.
    with ThreadPoolExecutor(max_workers=len(places)) as pool:
        futures = [pool.submit(_deploy_one, assembly.folder, name, places[name], url, state) for name in places]
        return tuple(future.result() for future in futures)


def _place(assembly: Assembly, environment: str) -> Place:
    stack = assembly.environment(environment)[0]
    return Place(account=stack.account, region=stack.region)


def _deploy_one(folder: Path, environment: str, place: Place, url: str, state: Path) -> Deployment:
    begun = time.monotonic()
    home = state.parent / "cdk" / environment
    home.mkdir(parents=True, exist_ok=True)
    cdk = Cdk(
        environment=environment,
        assembly=folder,
        credentials=assume(url, account=place.account, region=place.region),
        log=state.with_name(f"{state.stem}.{environment}.log"),
        home=home,
    )
    if not cdk.is_bootstrapped():
        cdk.bootstrap()
        print(f"[{environment}] bootstrapped {time.monotonic() - begun:.1f} s", flush=True)
    stacks = []
    for stack in cdk.deploy():
        print(stack.line(environment), flush=True)
        stacks.append(stack)
    return Deployment(environment=environment, place=place, stacks=tuple(stacks), seconds=time.monotonic() - begun)


def _summary(assembly: Assembly, deployments: Sequence[Deployment]) -> list[str]:
    deployed = {deployment.environment for deployment in deployments}
    templates = [stack.template for stack in assembly.stacks if stack.environment in deployed]
    return [*(deployment.line() for deployment in deployments), *report(ignored_types(templates))]


def main() -> None:
    """Deploy, and say what is there."""
    parser = argparse.ArgumentParser(prog="python -m local.accounts.deploy", description=__doc__)
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="the synthesized assembly")
    parser.add_argument("--state", type=Path, default=emulator.DEFAULT_STATE, help="the emulator's state file")
    parser.add_argument("--env", action="append", default=[], help="only this environment; may be repeated")
    arguments = parser.parse_args()
    end_on_signals()
    assembly = read_assembly(arguments.assembly)
    deployments = deploy(assembly, arguments.state, arguments.env)
    print("\n".join(_summary(assembly, deployments)))


if __name__ == "__main__":
    sys.exit(run(main))
