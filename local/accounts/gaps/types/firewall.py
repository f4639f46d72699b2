"""The web firewall: moto records its rules and blocks nothing."""

from local.accounts.gaps.resource_type import Properties, ResourceType


def _logging(properties: Properties) -> Properties:
    return {"LoggingConfiguration": properties, "ResourceArn": properties["ResourceArn"]}


FIREWALL = (
    ResourceType(
        name="AWS::WAFv2::WebACL",
        service="wafv2",
        create="create_web_acl",
        delete="delete_web_acl",
        keys=("Name", "Scope", "Id", "LockToken"),
        physical_id="{Name}|{Id}|{Scope}",
        attributes={"Arn": "{ARN}", "Id": "{Id}"},
        name_property="Name",
    ),
    ResourceType(
        name="AWS::WAFv2::WebACLAssociation",
        service="wafv2",
        create="associate_web_acl",
        delete="disassociate_web_acl",
        keys=("ResourceArn",),
        physical_id="{WebACLArn}|{ResourceArn}",
    ),
    ResourceType(
        name="AWS::WAFv2::LoggingConfiguration",
        service="wafv2",
        create="put_logging_configuration",
        update="put_logging_configuration",
        delete="delete_logging_configuration",
        keys=("ResourceArn",),
        physical_id="{ResourceArn}",
        prepare=_logging,
    ),
)
