"""Resource policies: moto records them and enforces none, so who may do what is proven on the templates."""

from typing import Any

from local.accounts.gaps.resource_type import Properties, ResourceType


def _queue(properties: Properties) -> Properties:
    (queue,) = properties["Queues"]
    return {"QueueUrl": queue, "Attributes": {"Policy": properties["PolicyDocument"]}, "Cleared": {"Policy": ""}}


def _topic(properties: Properties) -> Properties:
    (topic,) = properties["Topics"]
    return {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": properties["PolicyDocument"]}


def _egress(properties: Properties) -> Properties:
    rule: dict[str, Any] = {
        name: properties[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in properties
    }
    described = {"Description": properties["Description"]} if "Description" in properties else {}
    if "CidrIp" in properties:
        rule["IpRanges"] = [{"CidrIp": properties["CidrIp"], **described}]
    if "DestinationSecurityGroupId" in properties:
        rule["UserIdGroupPairs"] = [{"GroupId": properties["DestinationSecurityGroupId"], **described}]
    if "DestinationPrefixListId" in properties:
        rule["PrefixListIds"] = [{"PrefixListId": properties["DestinationPrefixListId"], **described}]
    return {"GroupId": properties["GroupId"], "IpPermissions": [rule]}


POLICIES = (
    ResourceType(
        name="AWS::S3::BucketPolicy",
        service="s3",
        create="put_bucket_policy",
        update="put_bucket_policy",
        delete="delete_bucket_policy",
        keys=("Bucket",),
        physical_id="{Bucket}",
        prepare=lambda properties: {**properties, "Policy": properties["PolicyDocument"]},
    ),
    ResourceType(
        name="AWS::SQS::QueuePolicy",
        service="sqs",
        create="set_queue_attributes",
        update="set_queue_attributes",
        delete="set_queue_attributes",
        keys=("QueueUrl", "Cleared"),
        delete_key_names={"Cleared": "Attributes"},
        physical_id="{QueueUrl}|policy",
        prepare=_queue,
    ),
    ResourceType(
        name="AWS::SNS::TopicPolicy",
        service="sns",
        create="set_topic_attributes",
        update="set_topic_attributes",
        # A topic always has a policy; it goes with the topic.
        delete=None,
        keys=("TopicArn",),
        physical_id="{TopicArn}|policy",
        prepare=_topic,
    ),
    ResourceType(
        name="AWS::EC2::SecurityGroupEgress",
        service="ec2",
        create="authorize_security_group_egress",
        delete="revoke_security_group_egress",
        keys=("GroupId", "IpPermissions"),
        physical_id="{GroupId}|egress",
        prepare=_egress,
    ),
)
