"""How often each topic occurs: ranks set by hand, shares after Zipf."""

from collections.abc import Iterable, Mapping

from local.sample.errors import SampleError

# From the most frequent to the rarest; the names are those of the building blocks.
RANKING = (
    "login_locked",
    "order_status",
    "tax_certificate",
    "transfer_in",
    "withdrawal_delayed",
    "app_malfunction",
    "reference_account_change",
    "dividend_payment",
    "exemption_order",
    "savings_plan_change",
    "withdrawal_request",
    "address_change",
    "login_forgotten_password",
    "account_opening_status",
    "order_cancellation",
    "custody_fee_question",
    "identification_failed",
    "performance_question",
    "order_rejected",
    "transfer_out",
    "loss_offsetting",
    "power_of_attorney",
    "passkey_setup",
    "savings_plan_pause",
    "fee_refund",
    "securities_missing",
    "savings_plan_setup",
    "execution_complaint",
    "advice_appointment",
    "direct_debit_failed",
    "bereavement",
    "documents_missing",
    "cost_basis_missing",
    "general_meeting",
    "name_change",
    "child_account",
    "withdrawal_plan",
    "rights_issue",
    "rebalancing_question",
    "fax_order",
    "risk_profile_change",
    "gift_transfer",
)
_OFFSET, _EXPONENT = 2.0, 1.15

# Some topics have their season: the factor by month.
_SEASON = {
    "2026-01": {"exemption_order": 1.5, "custody_fee_question": 1.4, "address_change": 1.2},
    "2026-02": {"tax_certificate": 1.3, "loss_offsetting": 1.2},
    "2026-03": {"tax_certificate": 1.5, "general_meeting": 2.0, "dividend_payment": 1.3},
}


def topic_weights(topics: Iterable[str], month: str) -> Mapping[str, float]:
    """The topics' relative frequency in a month (``2026-01``), the most frequent first.

    A topic's weight falls with its rank: ``1 / (rank + 2) ** 1.15`` (Zipf-Mandelbrot).

    Raises:
        SampleError: a topic has no rank.
    """
    season = _SEASON.get(month, {})
    known = set(topics)
    missing = sorted(known - set(RANKING))
    if missing:
        raise SampleError(f"The topic {missing[0]} has no rank in the frequency table.")
    return {
        topic: season.get(topic, 1.0) / (rank + _OFFSET) ** _EXPONENT
        for rank, topic in enumerate(RANKING, start=1)
        if topic in known
    }
