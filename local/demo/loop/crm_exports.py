"""The CRM's uploads: production's months, and the test data that dev trains on."""

from local.crm.upload import export_of, upload
from local.demo.loop.world import World
from local.infra.stage_base_model import stage
from local.sample.write import MonthFolder
from model.base_model import BaseModel


def upload_month(world: World, environment: str, month: MonthFolder) -> None:
    """Upload a month's export with its manifest to where the environment's pipeline reads."""
    export = export_of(month.export, month.name)
    prefix = world.config(environment).training.data
    bucket = world.bucket(environment, "ExportsBucketName")
    upload(export, s3=world.client(environment, "s3"), bucket=bucket, prefix=prefix)
    print(
        f"[{environment}] export of {month.name}: {export.rows:,} mails in {prefix}/{month.name}/, manifest beside it"
    )


def stage_base_model(world: World, environment: str, base: BaseModel) -> None:
    """Put the base weights where the training, which has no network, gets them as a channel."""
    staged = stage(world.account(environment), base, progress=False)
    print(f"[{environment}] base model {base.name}: {staged.files} files in the artefacts bucket")
