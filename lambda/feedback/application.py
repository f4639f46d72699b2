"""The function, set up from its settings."""

import boto3.session

from feedback.endpoint import Endpoint, runtime_client
from feedback.ledger import Ledger, ledger_client
from feedback.route import FeedbackRoute
from feedback.settings import Settings
from mailroom.lambda_runtime.application import Application
from mailroom.lambda_runtime.live_model import LiveModel


def from_settings(settings: Settings) -> Application:
    """Set up with clients for the endpoint and the ledger that the settings name."""
    session = boto3.session.Session()
    route = FeedbackRoute(
        live_model=LiveModel(Endpoint(runtime_client(session), settings.endpoint_name).invoke),
        ledger=Ledger(ledger_client(session), table=settings.ledger_table, keep_days=settings.ledger_days),
    )
    return Application(routes={"/v1/feedback": {"POST": route.take}})
