"""Which events reach a rule's targets.

moto gives a rule that has only a schedule every event there is, and stops at the first target that it cannot deliver
to, so that the rules behind it get nothing.
"""

import logging

from moto.events.models import EventMessageType, Rule

_LOG = logging.getLogger(__name__)
_send = Rule.send_to_targets


def install() -> None:
    """Deliver to each rule for itself, and to none that asks for no events."""
    Rule.send_to_targets = _send_what_matches


def _send_what_matches(rule: Rule, original_event: EventMessageType, transform_input: bool = True) -> None:
    if not rule.event_pattern.get_pattern():
        return
    try:
        _send(rule, original_event, transform_input)
    except NotImplementedError:
        # moto's word for kinds of targets that it cannot deliver to; each of our rules has one target.
        _LOG.warning("The rule %s has a target that moto delivers nothing to.", rule.name)
