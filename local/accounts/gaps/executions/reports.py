"""What the executor asks and tells by private calls (``gaps/private_calls.py``): the account alone keeps the state."""

import time
from collections.abc import Mapping
from typing import Any

from moto.sagemaker.exceptions import SagemakerClientError

from local.accounts.errors import EmulatorError
from local.accounts.gaps.executions import jobs
from local.accounts.gaps.executions.announcements import announce_execution, announce_step
from local.accounts.gaps.executions.record import ACTIVE, CHANGING, ExecutionRecord, StepRecord
from local.accounts.gaps.executions.registry import all_executions, backend_of, find_execution
from local.accounts.gaps.private_calls import Call

_Content = Mapping[str, Any]


def _unfinished(account: str, region: str, _: _Content) -> _Content:
    with CHANGING:
        return {"executions": [one.arn for one in all_executions(backend_of(account, region)) if one.status in ACTIVE]}


def _execution(account: str, region: str, content: _Content) -> _Content:
    with CHANGING:
        return _found(account, region, content).as_content()


def _status(account: str, region: str, content: _Content) -> _Content:
    return {"status": _found(account, region, content).status}


def _step(account: str, region: str, content: _Content) -> _Content:
    with CHANGING:
        record = _found(account, region, content)
        told = StepRecord(**content["step"])
        known = record.steps.get(told.name)
        record.steps[told.name] = told
        record.modified_at = time.time()
        if known is None or known.status != told.status:
            announce_step(record, told, known and known.status)
    return {}


def _end(account: str, region: str, content: _Content) -> _Content:
    with CHANGING:
        record = _found(account, region, content)
        former = record.status
        record.status, record.reason = content["status"], content.get("reason")
        record.modified_at = time.time()
        if former != record.status:
            announce_execution(record, former)
    return {}


def _job(account: str, region: str, content: _Content) -> _Content:
    try:
        jobs.set_facts(backend_of(account, region), content["kind"], content["name"], content["facts"])
    except KeyError:
        raise EmulatorError(f"Account {account} has no {content['kind']} job {content['name']}.") from None
    return {}


def _found(account: str, region: str, content: _Content) -> ExecutionRecord:
    try:
        return find_execution(backend_of(account, region), content["arn"])
    except SagemakerClientError as error:
        raise EmulatorError(str(error)) from None


CALLS: Mapping[str, Call] = {
    "unfinished-executions": _unfinished,
    "execution": _execution,
    "execution-status": _status,
    "execution-step": _step,
    "execution-end": _end,
    "job": _job,
}
"""By the name that the executor calls them by."""
