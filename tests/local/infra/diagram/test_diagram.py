"""The picture of the stacks."""

import xml.etree.ElementTree as ElementTree

from local.infra.assembly import read_assembly
from local.infra.diagram.__main__ import picture
from local.infra.diagram.box import Group, boxes
from local.infra.diagram.differences import differences
from local.infra.diagram.tree import construct_names, in_words
from tests.support.assemblies import HandMade

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {}}
ARN = {"Fn::GetAtt": ["AccessLogs", "Arn"]}
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/sign-in"}}]}
STACKS = {
    "dev/data": HandMade(
        resources={"AccessLogs": BUCKET, "Exports": BUCKET, "Alias": {"Type": "AWS::KMS::Alias"}},
        outputs={"Out": {"Value": ARN, "Export": {"Name": "mailroom-dev-data:Logs"}}},
    ),
    "dev/people": HandMade(
        resources={"Auditor": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}
    ),
    "dev/api": HandMade(
        resources={
            "Classify": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "VpcConfig": {"SubnetIds": []},
                    "Environment": {"Variables": {"B": {"Fn::ImportValue": "mailroom-dev-data:Logs"}}},
                },
            },
            "Api": {
                "Type": "AWS::ApiGateway::RestApi",
                "Properties": {"EndpointConfiguration": {"Types": ["REGIONAL"]}},
            },
        },
        needs=("dev/data", "dev/people"),
    ),
}


def test_a_box_groups_resources_by_what_people_call_them_and_by_where_they_run(write_assembly):
    folder = write_assembly(STACKS)
    data, people, api = boxes(read_assembly(folder).stacks, construct_names(folder))
    assert data.groups == (Group(text="2 buckets: access logs, exports", in_vpc=False),)
    assert data.others == 1
    assert people.groups == (Group(text="role auditor", in_vpc=False),)
    assert api.groups == (Group(text="REST API", in_vpc=False), Group(text="function classify", in_vpc=True))


def test_an_import_is_told_from_a_mere_order(write_assembly):
    folder = write_assembly(STACKS)
    api = boxes(read_assembly(folder).stacks, construct_names(folder))[2]
    assert (api.uses, api.follows) == (("data",), ("people",))


def test_who_reaches_in_from_outside_is_read_off_the_templates(write_assembly):
    folder = write_assembly(STACKS)
    found = boxes(read_assembly(folder).stacks, construct_names(folder))
    assert {box.name: box.reached_by for box in found} == {
        "data": (),
        "people": ("people and Jenkins, by role",),
        "api": ("clients of the API",),
    }


def test_an_endpoint_lies_in_the_vpc_when_its_model_does(write_assembly):
    def in_vpc(model: dict[str, object]) -> bool:
        resources = {
            "Model": {"Type": "AWS::SageMaker::Model", "Properties": model},
            "Config": {
                "Type": "AWS::SageMaker::EndpointConfig",
                "Properties": {"ProductionVariants": [{"ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}}]},
            },
            "Endpoint": {
                "Type": "AWS::SageMaker::Endpoint",
                "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}},
            },
        }
        (box,) = boxes(read_assembly(write_assembly({"dev/a": HandMade(resources=resources)})).stacks, {})
        return box.groups[0].in_vpc

    assert in_vpc({"VpcConfig": {"Subnets": []}})
    assert not in_vpc({})


def test_the_picture_is_sound_svg_and_the_same_each_time(write_assembly, tmp_path):
    first, _ = picture(write_assembly(STACKS), "dev")
    second, _ = picture(write_assembly(STACKS, tmp_path / "elsewhere"), "dev")
    assert first == second
    texts = [element.text for element in ElementTree.fromstring(first).iter("{http://www.w3.org/2000/svg}text")]
    assert {"data", "people", "api", "uses data", "from outside: clients of the API", "IN THE VPC"} <= set(texts)


def test_the_picture_draws_an_arrow_per_import_and_a_dashed_line_per_order(write_assembly):
    svg, _ = picture(write_assembly(STACKS), "dev")
    paths = [element.get("class") for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path")]
    # One more of each stands in the legend.
    assert (paths.count("import"), paths.count("after")) == (2, 2)


def test_environments_differ_by_values_and_not_by_their_names(write_assembly):
    def queue(environment: str, seconds: int) -> HandMade:
        properties = {"QueueName": f"mailroom-{environment}-deploy", "VisibilityTimeout": seconds}
        return HandMade(resources={"Q": {"Type": "AWS::SQS::Queue", "Properties": properties}})

    only = HandMade(resources={"Q": queue("prod", 60).resources["Q"], "Extra": BUCKET})
    assembly = read_assembly(write_assembly({"dev/a": queue("dev", 30), "prod/a": only}))
    assert differences(assembly.environment("prod"), assembly.environment("dev")) == (
        "a: AWS::S3::Bucket Extra only in prod",
        "a: Q.VisibilityTimeout: 60 in prod, 30 in dev",
    )


def test_names_of_the_code_become_words():
    assert [in_words(name) for name in ("AccessLogs", "RestApi", "KMSKey", "WebACL", "Api2")] == [
        "access logs",
        "rest api",
        "kms key",
        "web acl",
        "api2",
    ]
