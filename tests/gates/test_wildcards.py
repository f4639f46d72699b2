"""Every wildcard in every policy has its reason in stacks/findings/wildcards.toml, and no policy is AWS's own."""

import json
import re
from dataclasses import replace

import pytest

from config.bootstrap.policies import execution_policies
from config.load import load_environments
from tests.support.reviewed import Wildcard, differences, read_wildcards
from tests.support.wildcards import of_document, wildcards

AWS_MANAGED = re.compile(r":iam::aws:policy/[\w/+=,.@-]+")


def _bootstrap() -> set[Wildcard]:
    """What the policies allow that CloudFormation deploys with; they stand in no template."""
    return {
        Wildcard(
            at=f"bootstrap/{name.removeprefix(config.named(''))}",
            sid=one.sid,
            what=one.what.replace(config.account, "ACCOUNT")
            .replace(f"mailroom-{config.name}", "mailroom-ENV")
            .replace(f"mailroom/{config.name}", "mailroom/ENV"),
        )
        for config in load_environments()
        for name, document in execution_policies(config).items()
        for one in of_document(document, at="")
    }


def test_every_wildcard_is_named_with_its_reason(stacks):
    found = {one for stack in stacks.values() for one in wildcards(stack)} | _bootstrap()
    problem = differences(found, read_wildcards(), table="stacks/findings/wildcards.toml")
    assert not problem, problem


def test_no_policy_is_one_that_aws_manages(stacks):
    used = {
        (name, match[0])
        for name, stack in stacks.items()
        for match in AWS_MANAGED.finditer(stack.file.read_text(encoding="utf-8"))
    }
    assert used == set()


@pytest.mark.parametrize(
    "written",
    [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AmazonSageMakerFullAccess"]]},
    ],
)
def test_a_policy_of_aws_is_found_however_it_is_written(written):
    assert AWS_MANAGED.search(json.dumps(written))


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        ({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a"}, ["Action s3:*"]),
        ({"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get?"], "Resource": "a"}, ["Action s3:Get?"]),
        ({"Effect": "Allow", "NotAction": "iam:*", "NotResource": "*"}, ["NotAction iam:*", "NotResource *"]),
        ({"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "a:b"}, ["Principal *"]),
        ({"Effect": "Allow", "Principal": "*", "Action": "a:b"}, ["Principal *"]),
        (
            {"Effect": "Allow", "Action": "a:b", "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["B", "Arn"]}, "/*"]]}},
            ["Resource <api/Bucket.Arn>/*"],
        ),
        (
            {"Effect": "Allow", "Action": "a:b", "Resource": {"Fn::If": ["Yes", "*", "x"]}},
            ['Resource {"Fn::If": ["Yes", "*", "x"]}'],
        ),
        ({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/b"}, []),
    ],
)
@pytest.mark.parametrize("written", [dict, json.dumps], ids=["as a document", "as text"])
def test_a_wildcard_is_found_wherever_it_stands(stacks, tmp_path, policy, what, written):
    template = {"Resources": {"B": {"Type": "X", "Properties": {"Deep": [{"Policy": written({"Statement": policy})}]}}}}
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template))
    stack = replace(stacks["dev/api"], file=file, paths={"B": "api/Bucket"})
    assert [one.what for one in wildcards(stack)] == what
