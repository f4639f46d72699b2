"""What `cdk bootstrap` made in an account."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """What `cdk bootstrap` made in the account and region: roles and bucket of one qualifier."""

    account: str
    region: str
    qualifier: str

    def role_arn(self, kind: str) -> str:
        """ARN of the role ``kind`` (``file-publishing``, ``cfn-exec``)."""
        return f"arn:aws:iam::{self.account}:role/cdk-{self.qualifier}-{kind}-role-{self.account}-{self.region}"

    @property
    def bucket_arn(self) -> str:
        """ARN of the bucket that holds templates and packed code."""
        return f"arn:aws:s3:::cdk-{self.qualifier}-assets-{self.account}-{self.region}"

    @property
    def version_arn(self) -> str:
        """ARN of the parameter that holds the bootstrap's version."""
        return f"arn:aws:ssm:{self.region}:{self.account}:parameter/cdk-bootstrap/{self.qualifier}/version"
