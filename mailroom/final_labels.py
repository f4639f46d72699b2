"""Whether an agent's labels can stand in the live taxonomy, and what became of the ones it has replaced."""

from collections.abc import Mapping

from mailroom.errors import MailroomError
from mailroom.feedback import FeedbackErrorCode
from mailroom.taxonomy import LabelStatus, Taxonomy


class FinalLabelsError(MailroomError):
    """The labels cannot be what a mail is about; the text repeats no label the caller sent."""

    def __init__(self, code: FeedbackErrorCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def carried_over(labels: Mapping[str, str], taxonomy: Taxonomy) -> Mapping[str, str]:
    """The labels (task to label id), each deprecated one with a single successor replaced by it.

    If the successors are no path of the taxonomy and the labels as given are one, they stay as given: what an agent saw
    in an older taxonomy is true, only nobody has said where it went.

    Raises:
        FinalLabelsError: a label is unknown, or the labels exclude each other.
    """
    for task, label_id in labels.items():
        if task not in taxonomy.tasks:
            raise FinalLabelsError(
                FeedbackErrorCode.UNKNOWN_LABEL,
                f"final_labels names a task that taxonomy {taxonomy.version!r} does not have; its tasks are "
                f"{', '.join(taxonomy.tasks)}.",
            )
        if not taxonomy.has(task, label_id):
            raise FinalLabelsError(
                FeedbackErrorCode.UNKNOWN_LABEL,
                f"final_labels.{task} is no label of taxonomy {taxonomy.version!r}.",
            )
    successors = {task: _successor(taxonomy, task, label_id) for task, label_id in labels.items()}
    for candidate in (successors, labels):
        if taxonomy.is_path(candidate):
            return candidate
    raise FinalLabelsError(
        FeedbackErrorCode.HIERARCHY_CONFLICT,
        f"final_labels is no path of taxonomy {taxonomy.version!r}: a label does not belong under the one above it.",
    )


def _successor(taxonomy: Taxonomy, task: str, label_id: str) -> str:
    seen = {label_id}
    label = taxonomy.label(task, label_id)
    # A successor may have been replaced in its turn; a taxonomy may also, by mistake, replace in a circle.
    while label.status is LabelStatus.DEPRECATED and len(label.replaced_by) == 1 and label.replaced_by[0] not in seen:
        seen.add(label.replaced_by[0])
        label = taxonomy.label(task, label.replaced_by[0])
    return label.id
