"""An execution from where it stands to its end."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from local.pipelines.account import ENDED, Account, ExecutionState, StepState
from local.pipelines.attempt import Attempt, Settings
from local.pipelines.definition import Definition, Step, read_definition
from local.pipelines.errors import DefinitionError
from local.pipelines.experiments import create_trial
from local.pipelines.run_values import RunValues
from local.pipelines.step_run import log, run_step
from local.pipelines.step_values import StepValues
from local.pipelines.steps.types import STEP_TYPES

LOOK_SECONDS = 0.2
"""Between two looks at whether somebody stops the execution."""
MOST_PARALLEL = 50
"""Steps at a time where neither pipeline nor start says how many."""
FAILED = "Step failure: One or multiple steps failed."


class ExecutionRun:
    """Runs one execution, from where the account has it."""

    def __init__(self, account: Account, arn: str, settings: Settings) -> None:
        self._account = account
        self._arn = arn
        self._settings = settings
        self._stop = threading.Event()
        self._attempts: dict[str, Attempt] = {}
        self._ended: dict[str, StepState] = {}

    def run(self) -> None:
        """Run it to its end.

        Raises:
            EmulatorError: the account does not answer.
        """
        execution = self._account.execution(self._arn)
        try:
            definition = read_definition(execution.definition, types=frozenset(STEP_TYPES))
        except DefinitionError as error:
            self._end("Failed", str(error))
            return
        create_trial(self._account, execution)
        # A step that was stopped while nobody stops the execution lost its executor, and runs again.
        ended = ENDED if execution.status == "Stopping" else ("Succeeded", "Failed")
        self._ended = {name: state for name, state in execution.steps.items() if state.status in ended}
        (self._settings.folder / execution.arn.rpartition("/")[2]).mkdir(mode=0o700, parents=True, exist_ok=True)
        with ThreadPoolExecutor(max_workers=MOST_PARALLEL, thread_name_prefix="step") as pool:
            try:
                self._run_steps(definition, execution, pool)
            except BaseException:
                # No job outlives the run that watches it.
                self._stop.set()
                raise
        self._conclude()

    def _run_steps(self, definition: Definition, execution: ExecutionState, pool: ThreadPoolExecutor) -> None:
        values = StepValues(
            self._account,
            definition,
            RunValues(arn=execution.arn, started_at=execution.created_at, parameters=execution.parameters),
            lambda: self._ended,
        )
        most = execution.max_parallel_steps or MOST_PARALLEL
        running: dict[Future[StepState], str] = {}
        while True:
            if self._account.status(self._arn) == "Stopping":
                self._stop.set()
            if not self._stop.is_set() and not self._has_failed():
                for step in ready_steps(definition, self._ended, without=frozenset(running.values())):
                    if len(running) < most:
                        attempt = self._attempt(step, execution, values)
                        running[pool.submit(self._run_step, attempt)] = step.name
            if not running:
                return
            done, _ = wait(running, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                self._ended = {**self._ended, running.pop(future): future.result()}

    def _attempt(self, step: Step, execution: ExecutionState, values: StepValues) -> Attempt:
        fresh = StepState(name=step.name, type=step.type, status="Starting", started_at=time.time())
        return Attempt(
            step,
            execution.steps.get(step.name, fresh),
            account=self._account,
            execution=execution,
            values=values,
            settings=self._settings,
            stop=self._stop,
        )

    def _run_step(self, attempt: Attempt) -> StepState:
        name = attempt.step.name
        log("step_started", execution=attempt.execution_id, step=name)
        run_step(attempt, STEP_TYPES[attempt.step.type])
        state = attempt.state
        facts = {} if state.reason is None else {"reason": state.reason, "log": str(attempt.log)}
        log("step_ended", execution=attempt.execution_id, step=name, status=state.status, **facts)
        return state

    def _has_failed(self) -> bool:
        return any(state.status == "Failed" for state in self._ended.values())

    def _conclude(self) -> None:
        if self._has_failed():
            self._end("Failed", FAILED)
        elif self._stop.is_set():
            self._end("Stopped", None)
        else:
            self._end("Succeeded", None)

    def _end(self, status: str, reason: str | None) -> None:
        self._account.tell_end(self._arn, status, reason)
        log("execution_ended", execution=self._arn.rpartition("/")[2], status=status, reason=reason)


def ready_steps(definition: Definition, ended: Mapping[str, StepState], *, without: frozenset[str]) -> list[Step]:
    """The steps that may begin: what they need has succeeded, and they stand in no branch that was not taken."""
    return [
        step
        for step in definition.steps.values()
        if step.name not in ended
        and step.name not in without
        and all(name in ended and ended[name].status == "Succeeded" for name in step.needs)
        and (step.branch is None or ended[step.branch[0]].metadata["Condition"]["Outcome"] == step.branch[1])
    ]
