"""A ledger table on moto's server, and what it holds."""

import uuid
from dataclasses import dataclass
from typing import Any

import boto3.session
from botocore.config import Config

from mailroom.attribute_values import from_attributes
from mailroom.ledger import EMAIL_INDEX

KEEP_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class LedgerTable:
    """One table, ``name``, at ``url``."""

    url: str
    name: str
    client: Any

    @classmethod
    def create(cls, url: str) -> "LedgerTable":
        client = boto3.session.Session().client(
            "dynamodb",
            endpoint_url=url,
            region_name="eu-central-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(proxies={}),
        )
        name = f"ledger-{uuid.uuid4().hex}"
        keys = ("pk", "sk", "email_pk", "email_sk")
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=_key_schema("pk", "sk"),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": EMAIL_INDEX,
                    "KeySchema": _key_schema("email_pk", "email_sk"),
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        return cls(url=url, name=name, client=client)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All rows, in the order of their keys."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
        found = [from_attributes(item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda row: (row["pk"], row["sk"]))

    def partition(self, key: str) -> list[dict[str, Any]]:
        return self._query(None, "pk", key)

    def of_email(self, key: str) -> list[dict[str, Any]]:
        """The keys of a mail's rows, as erasure asks for them."""
        return self._query(EMAIL_INDEX, "email_pk", key)

    def _query(self, index: str | None, attribute: str, key: str) -> list[dict[str, Any]]:
        answer = self.client.query(
            TableName=self.name,
            KeyConditionExpression=f"{attribute} = :key",
            ExpressionAttributeValues={":key": {"S": key}},
            **({"IndexName": index} if index else {}),
        )
        return [from_attributes(item) for item in answer["Items"]]


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
