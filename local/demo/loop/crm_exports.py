"""The CRM's uploads: production's months, and the test data that dev trains on."""

from collections.abc import Sequence

from local.crm.upload import export_of, upload
from local.demo.loop.world import World
from local.infra.stage_base_model import stage
from local.sample.write import MonthFolder
from mailroom.feedback import Feedback, Review
from model.base_model import BaseModel


def upload_month(world: World, environment: str, month: MonthFolder, cases: Sequence[Feedback] = ()) -> None:
    """Upload a month's export with its manifest to where the environment's pipeline reads.

    The mails of ``cases`` have the labels with which those were closed.
    """
    export = export_of(month.export, month.name, {case.email_id: case.final_labels for case in cases})
    prefix = world.config(environment).training.data
    bucket = world.bucket(environment, "ExportsBucketName")
    upload(export, s3=world.client(environment, "s3"), bucket=bucket, prefix=prefix)
    corrected = sum(case.review is Review.CORRECTED for case in cases)
    labels = f", labelled as their cases were closed, {corrected:,} of them corrected" if cases else ""
    print(
        f"[{environment}] export of {month.name}: {export.rows:,} mails{labels}; "
        f"in {prefix}/{month.name}/, manifest beside it"
    )


def stage_base_model(world: World, environment: str, base: BaseModel) -> None:
    """Put the base weights where the training, which has no network, gets them as a channel."""
    staged = stage(world.account(environment), base, progress=False)
    print(f"[{environment}] base model {base.name}: {staged.files} files in the artefacts bucket")
