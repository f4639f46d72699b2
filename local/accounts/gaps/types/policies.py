"""Resource policies: moto records them and enforces none, so who may do what is proven on the templates."""

from local.accounts.gaps.resource_type import Properties, ResourceType


def _queue(properties: Properties) -> Properties:
    (queue,) = properties["Queues"]
    return {"QueueUrl": queue, "Attributes": {"Policy": properties["PolicyDocument"]}, "Cleared": {"Policy": ""}}


def _topic(properties: Properties) -> Properties:
    (topic,) = properties["Topics"]
    return {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": properties["PolicyDocument"]}


def _managed(properties: Properties) -> Properties:
    if any(name in properties for name in ("Roles", "Users", "Groups")):
        raise ValueError("the emulator attaches a managed policy from its role only: list it in ManagedPolicyArns")
    return {**properties, "PolicyName": properties["ManagedPolicyName"]}


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
        name="AWS::IAM::ManagedPolicy",
        service="iam",
        create="create_policy",
        delete="delete_policy",
        keys=("Arn",),
        delete_key_names={"Arn": "PolicyArn"},
        physical_id="{Arn}",
        attributes={"PolicyArn": "{Arn}"},
        name_property="ManagedPolicyName",
        prepare=_managed,
    ),
    ResourceType(
        name="AWS::Lambda::Permission",
        service="lambda",
        create="add_permission",
        delete="remove_permission",
        keys=("FunctionName", "StatementId"),
        physical_id="{StatementId}",
        attributes={"Id": "{StatementId}"},
        name_property="StatementId",
    ),
)
