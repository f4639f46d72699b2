"""What stops a retraining for good: trying again would end the same way. Each is one sentence without mail text."""

from collections.abc import Mapping

from mailroom.errors import MailroomError


class ExportError(MailroomError):
    """The CRM's export or its manifest is not what was agreed."""


class UnknownLabelsError(ExportError):
    """The export has labels that the taxonomy lacks.

    ``labels``: all of them by task, with their numbers of rows.
    """

    def __init__(self, sentence: str, labels: Mapping[str, Mapping[str, int]]) -> None:
        super().__init__(sentence)
        self.labels = labels


class DeploymentError(MailroomError):
    """DAGs and pipeline are not of one deployment."""


class TrainingError(MailroomError):
    """The pipeline's execution ended without success."""


class WishError(MailroomError):
    """A run was triggered with something that the pipeline cannot take."""
