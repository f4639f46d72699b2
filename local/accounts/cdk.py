"""The real CDK command line against one emulated account."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.accounts.credentials import Credentials
from local.accounts.progress import Deployed, deployed, reason
from local.background import ROOT
from local.infra import cdk_cli
from local.infra.errors import CdkError

# The CDK's own qualifier: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"


@dataclass(frozen=True, kw_only=True)
class Cdk:
    """`cdk` for one environment of an assembly; its whole output is added to ``log``."""

    environment: str
    assembly: Path
    credentials: Credentials
    log: Path
    home: Path

    def is_bootstrapped(self) -> bool:
        """Whether the account has what deployments need, in any version."""
        found = self.credentials.client("ssm").get_parameters(Names=[_BOOTSTRAP_VERSION])
        return bool(found["Parameters"])

    def bootstrap(self) -> None:
        """Make what deployments need, from the CDK's default template.

        Raises:
            CdkError: it failed.
        """
        account = f"aws://{self.credentials.account}/{self.credentials.region}"
        for _ in self._lines(["bootstrap", account]):
            pass

    def deploy(self) -> Iterator[Deployed]:
        """Deploy all stacks; each is yielded when it is done.

        Raises:
            CdkError: a stack failed; the sentence names it and quotes the reason.
        """
        # --concurrency counts what runs at a time; assets are built and published ahead of the stacks that need them.
        arguments = ["deploy", f"{self.environment}/*", "--method=direct", "--require-approval", "never"]
        arguments += ["--concurrency", "4", "--progress", "events"]
        yield from deployed(self._lines(arguments))

    def _lines(self, arguments: Sequence[str]) -> Iterator[str]:
        """The output as it comes, and an exception at its end if the command line failed."""
        node, cli, *rest = cdk_cli.command(*arguments, "--app", str(self.assembly.resolve()), "--ci")
        kept: list[str] = []
        with self.log.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [node, str(Path(cli).resolve()), *rest],
                # Away from the project's cdk.json: only the assembly counts.
                cwd=self.home,
                env={**self.credentials.environment(cdk_home=self.home), "CDK_DISABLE_CLI_TELEMETRY": "true"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
            )
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    log.write(line)
                    kept.append(line)
                    yield line
            except BaseException:
                process.terminate()
                raise
            finally:
                process.stdout.close()
                status = process.wait()
        if status != 0:
            raise CdkError(
                f"[{self.environment}] cdk {arguments[0]}: {reason(''.join(kept))} (see {_shown(self.log)})."
            )


def _shown(path: Path) -> str:
    return str(path.resolve().relative_to(ROOT)) if path.resolve().is_relative_to(ROOT) else str(path)
