"""What changes with March 2026: one topic is new, one is split, one is retired."""

from dataclasses import replace
from datetime import date

from mailroom.taxonomy import Label, LabelStatus, Taxonomy

SPLIT_TOPIC = "login_problem"
SUCCESSORS = ("login_locked", "login_forgotten_password")
RETIRED_TOPIC = "fax_order"
NEW_TOPIC = "passkey_setup"
VALID_FROM = date(2026, 3, 1)

_NEW_LABELS = (
    Label(
        id="login_locked",
        task="topic",
        parents=("digital_access",),
        valid_from=VALID_FROM,
        names={"de": "Zugang gesperrt", "en": "Access locked"},
        description={
            "de": "Sperre, TAN-Verfahren, Gerätewechsel",
            "en": "Lock-out, TAN procedure, change of device",
        },
    ),
    Label(
        id="login_forgotten_password",
        task="topic",
        parents=("digital_access",),
        valid_from=VALID_FROM,
        names={"de": "Zugangsdaten vergessen", "en": "Forgotten credentials"},
        description={"de": "Passwort, PIN oder Benutzername fehlt", "en": "Password, PIN or user name is missing"},
    ),
    Label(
        id=NEW_TOPIC,
        task="topic",
        parents=("digital_access",),
        valid_from=VALID_FROM,
        names={"de": "Passkey einrichten", "en": "Passkey set-up"},
        description={"de": "Einrichtung und Nutzung von Passkeys", "en": "Setting up and using passkeys"},
    ),
)


def march_taxonomy(taxonomy: Taxonomy) -> Taxonomy:
    """Version 2026.2: the new labels, and the old ones deprecated; the split one names its successors."""
    labels: list[Label] = []
    for label in taxonomy.labels:
        if label.task == "topic" and label.id == SPLIT_TOPIC:
            labels.append(replace(label, status=LabelStatus.DEPRECATED, replaced_by=SUCCESSORS))
            labels.extend(_NEW_LABELS)
        elif label.task == "topic" and label.id == RETIRED_TOPIC:
            labels.append(replace(label, status=LabelStatus.DEPRECATED))
        else:
            labels.append(label)
    return Taxonomy(version="2026.2", tasks=taxonomy.tasks, labels=tuple(labels))


def label_of(block_topic: str, taxonomy: Taxonomy) -> str | None:
    """The topic label of a block's mails under this taxonomy, or None where such mails do not occur.

    The blocks of the split topic are written under its successors' names: before the split they carry its label.
    """
    active = {label.id for label in taxonomy.active("topic")}
    if block_topic in active:
        return block_topic
    if block_topic in SUCCESSORS and SPLIT_TOPIC in active:
        return SPLIT_TOPIC
    return None
