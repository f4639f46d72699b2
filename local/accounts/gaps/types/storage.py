"""Parameters: moto's own CloudFormation stumbles over their tags."""

from local.accounts.gaps.resource_type import Properties, ResourceType


def _overwriting(properties: Properties) -> Properties:
    # PutParameter takes tags at the first put only.
    return {name: value for name, value in properties.items() if name != "Tags"} | {"Overwrite": True}


STORAGE = (
    ResourceType(
        name="AWS::SSM::Parameter",
        service="ssm",
        create="put_parameter",
        update="put_parameter",
        delete="delete_parameter",
        keys=("Name",),
        physical_id="{Name}",
        attributes={"Type": "{Type}", "Value": "{Value}"},
        name_property="Name",
        prepare_update=_overwriting,
    ),
)
