"""The errors that a person may read. Their text is one sentence and never holds mail text."""


class MailroomError(Exception):
    """Base of all errors whose message is meant for a person: one sentence, no mail text."""


class TaxonomyError(MailroomError):
    """A taxonomy contradicts itself, or a label is not part of it."""


class ContractError(MailroomError):
    """A payload between two parts of Mailroom does not have the agreed form."""
