"""What the routes share for as long as the function lives."""

from dataclasses import dataclass
from random import Random

from classify.endpoint import Endpoint
from classify.label_mixes import LabelMixes
from classify.ledger import Ledger
from mailroom.lambda_runtime.live_model import LiveModel


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """``audit_share`` of all mails, drawn by ``random``, are marked to be labelled blind."""

    endpoint: Endpoint
    live_model: LiveModel
    ledger: Ledger
    label_mixes: LabelMixes
    audit_share: float
    random: Random
