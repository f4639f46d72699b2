"""An export that the monthly DAG finds: the sample's first month, uploaded as the CRM does it, and a base model."""

import json
from dataclasses import dataclass

from config.load import load_environment
from local.crm.upload import export_of, upload
from local.infra.account import Account, outputs
from local.infra.stage_base_model import PREFIX, stage
from local.quick_training import QUICK
from local.sample.write import SampleFolder
from model.base_model import BaseModel


@dataclass(frozen=True, kw_only=True)
class StagedMonth:
    """What lies in the account: the export of ``month``, of so many ``mails``, and the prefix of a base model."""

    month: str
    mails: int
    base_model: str

    @property
    def configuration(self) -> str:
        """What to trigger the DAG with, as JSON: a training of minutes."""
        return json.dumps({"month": self.month, "base_model": self.base_model, "hyperparameters": dict(QUICK)})


def stage_month(account: Account, model: BaseModel, *, sample: SampleFolder) -> StagedMonth:
    """Upload the first month of ``sample`` and the base weights of ``model``.

    Raises:
        AccountError: the account lacks the buckets, or refuses.
    """
    config = load_environment(account.environment)
    first = sample.months[0]
    export = export_of(first.export, first.name)
    bucket = outputs(account, config.named("data"))["ExportsBucketName"]
    upload(export, s3=account.client("s3"), bucket=bucket, prefix=config.training.data)
    stage(account, model, progress=False)
    return StagedMonth(month=export.month, mails=export.rows, base_model=f"{PREFIX}/{model.name}")
