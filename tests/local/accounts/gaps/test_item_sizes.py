"""How large an item of the emulated DynamoDB may be."""

import pytest
from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials, assume

pytestmark = pytest.mark.slow

TABLE = "items"


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    account = assume(emulated, account="111122223333", region="eu-central-1")
    account.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    return account


def put(account: Credentials, **attributes: str) -> None:
    item = {"pk": {"S": "1"}, **{name: {"S": value} for name, value in attributes.items()}}
    account.client("dynamodb").put_item(TableName=TABLE, Item=item)


def test_an_item_of_400_kb_is_kept_as_it_is(account):
    put(account, a="x" * 200_000, b="y" * 200_000)
    found = account.client("dynamodb").get_item(TableName=TABLE, Key={"pk": {"S": "1"}})["Item"]
    assert found == {"pk": {"S": "1"}, "a": {"S": "x" * 200_000}, "b": {"S": "y" * 200_000}}


def test_a_larger_one_is_refused_whichever_attribute_made_it_so(account):
    for attributes in ({"a": "x" * 206_000, "b": "y" * 200_000}, {"a": "ä" * 203_000}):
        with pytest.raises(ClientError) as caught:
            put(account, **attributes)
        assert caught.value.response["Error"]["Message"] == "Item size has exceeded the maximum allowed size"


def test_an_update_counts_what_the_item_held_before(account):
    put(account, a="x" * 300_000)
    change = {
        "TableName": TABLE,
        "Key": {"pk": {"S": "1"}},
        "UpdateExpression": "SET b = :b",
    }
    account.client("dynamodb").update_item(**change, ExpressionAttributeValues={":b": {"S": "y" * 50_000}})
    with pytest.raises(ClientError):
        account.client("dynamodb").update_item(**change, ExpressionAttributeValues={":b": {"S": "y" * 120_000}})
