"""What the tasks of the monthly retraining do, in their order, without Airflow around them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mailroom_retrain_helpers.errors import ExportError, TrainingError, UnknownLabelsError
from mailroom_retrain_helpers.exports import MonthFolder
from mailroom_retrain_helpers.outcome import outcome_of
from mailroom_retrain_helpers.packed_taxonomy import check_packed_taxonomy
from mailroom_retrain_helpers.pipeline_run import DIGEST_PARAMETER, ended, start
from mailroom_retrain_helpers.report import report_document, report_lines
from mailroom_retrain_helpers.settings import RetrainSettings
from mailroom_retrain_helpers.store import RetrainReports


@dataclass(frozen=True, kw_only=True)
class Retraining:
    """One month's; ``s3`` and ``sagemaker`` are boto3 clients, ``shipped`` is the taxonomy that lies with the DAGs.

    A method for each task, by its name.
    """

    s3: Any
    sagemaker: Any
    settings: RetrainSettings
    shipped: Path
    month: str

    def wait_for_export(self) -> str | None:
        """What is missing still, as a sentence; None if the export is the one of its manifest.

        Raises:
            ExportError: waiting would not mend it.
        """
        return self._folder.awaited()

    def validate_export(self) -> dict[str, Any]:
        """Hold export, manifest and taxonomy against each other; returns what the export holds, counted.

        Raises:
            ExportError: they do not match. All unknown labels are written to the bucket, and the sentence says where.
            DeploymentError: the pipeline has packed another taxonomy.
        """
        check_packed_taxonomy(
            self.sagemaker,
            pipeline_name=self.settings.pipeline_name,
            environment=self.settings.environment,
            shipped=self.shipped,
        )
        folder = self._folder
        try:
            return asdict(folder.validate(folder.taxonomy(self.shipped).restricted_to(self.settings.tasks)))
        except UnknownLabelsError as error:
            place = self._reports.put_unknown_labels(self.month, error.labels)
            raise ExportError(f"{error} All of them: {place}") from None

    def start_pipeline(self, export: Mapping[str, Any], *, parameters: Mapping[str, str], token: str) -> str:
        """Start the training on the export as it was validated, or join what ``token`` has started; returns the ARN."""
        return start(
            self.sagemaker,
            pipeline_name=self.settings.pipeline_name,
            month=self.month,
            parameters={**parameters, DIGEST_PARAMETER: export["sha256"]},
            token=token,
        )

    def wait_for_pipeline(self, execution_arn: str) -> bool:
        """Whether the execution has ended, in whatever way."""
        return ended(self.sagemaker, execution_arn)

    def report(self, export: Mapping[str, Any], execution_arn: str) -> str:
        """Write what came of it to the bucket; returns the same in a few lines.

        Raises:
            TrainingError: the execution did not succeed. Stopped is a failure too: nobody knows then whether the month
                needs a training.
        """
        outcome = outcome_of(
            self.sagemaker, self.s3, bucket=self.settings.artefacts_bucket, execution_arn=execution_arn
        )
        document = report_document(
            month=self.month, environment=self.settings.environment, export=export, outcome=outcome
        )
        place = self._reports.put(document)
        if outcome.status != "Succeeded":
            why = f" ({outcome.reason})" if outcome.reason else ""
            raise TrainingError(
                f"The training pipeline's execution is {outcome.status}{why}. {document['next']} Report: {place}"
            )
        return f"{report_lines(document)}\nReport: {place}"

    @property
    def _folder(self) -> MonthFolder:
        return MonthFolder(
            s3=self.s3, bucket=self.settings.exports_bucket, prefix=self.settings.exports_prefix, month=self.month
        )

    @property
    def _reports(self) -> RetrainReports:
        return RetrainReports(s3=self.s3, bucket=self.settings.artefacts_bucket)


def start_at_once(
    retraining: Retraining, *, parameters: Mapping[str, str], token: str, say: Callable[[str], None]
) -> tuple[str, Mapping[str, Any]]:
    """The tasks up to the start of the pipeline, in the DAG's order, for an export that is there.

    Returns the execution's ARN, and what the export holds, as `report` wants it.

    Raises:
        ExportError: the export is not there, or not all of it.
        MailroomError: as the tasks do.
    """
    awaited = retraining.wait_for_export()
    if awaited is not None:
        raise ExportError(awaited)
    say(f"wait_for_export: the export of {retraining.month} is the one of its manifest")
    export = retraining.validate_export()
    say(f"validate_export: {export['rows']:,} mails; the taxonomy knows every label")
    execution = retraining.start_pipeline(export, parameters=parameters, token=token)
    say("start_pipeline: started")
    return execution, export
