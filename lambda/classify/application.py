"""The function, set up from its settings."""

import random

import boto3.session

from classify.endpoint import Endpoint, runtime_client
from classify.label_mixes import LabelMixes
from classify.ledger import Ledger, ledger_client
from classify.routes import routes
from classify.services import Services
from classify.settings import Settings
from mailroom.lambda_runtime.application import Application
from mailroom.lambda_runtime.live_model import LiveModel


def from_settings(settings: Settings) -> Application:
    """Set up with clients for the endpoint and the ledger that the settings name."""
    session = boto3.session.Session()
    endpoint = Endpoint(runtime_client(session, read_seconds=settings.deadline_seconds), settings.endpoint_name)
    services = Services(
        endpoint=endpoint,
        live_model=LiveModel(endpoint.invoke),
        ledger=Ledger(ledger_client(session), table=settings.ledger_table, keep_days=settings.ledger_days),
        label_mixes=LabelMixes(settings.label_mix_task),
        audit_share=settings.audit_share,
        random=random.SystemRandom(),
    )
    return Application(routes=routes(services), deadline_seconds=settings.deadline_seconds)
