"""The request that would go out, taken where it leaves botocore."""

import json
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest

from experiments.experiment import Experiment

_EVENT = "before-send.sagemaker.CreateTrainingJob"


class _NotSentError(Exception):
    """Carries the request that was held back."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self.content = content


def request_sent(experiment: Experiment, session: boto3.Session) -> dict[str, Any]:
    """What CreateTrainingJob would be asked, without asking it."""
    from experiments.trainer import trainer_of

    trainer = trainer_of(experiment, session)
    session.events.register_first(_EVENT, _hold_back)
    try:
        trainer.train(wait=False, logs=False)
    except _NotSentError as held:
        return held.content
    finally:
        session.events.unregister(_EVENT, _hold_back)
    raise AssertionError("the request is held back before it is sent")


def _hold_back(request: AWSPreparedRequest, **_: Any) -> None:
    raise _NotSentError(json.loads(request.body))
