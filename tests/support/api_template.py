"""Reading the API's template: its routes, and what they lead to."""

import json
import re
from typing import Any

from tests.support.templates import Resource, Template

ACCOUNT = {"dev": "111122223333", "prod": "444455556666"}

ROUTES = {
    ("POST", "/v1/classifications"): ("classify", True, "ClassificationRequest"),
    ("POST", "/v1/feedback"): ("feedback", True, "FeedbackRequest"),
    ("GET", "/v1/labels"): ("classify", True, None),
    ("GET", "/v1/health"): ("classify", False, None),
    ("GET", "/v1/openapi.json"): ("classify", True, None),
}
"""Method and path to the function that answers, whether a key is needed, and the model of the body."""


def methods(stack: Template) -> dict[tuple[str, str], Resource]:
    """Method and path to the method's properties."""
    found = [method["Properties"] for method in stack.of_type("AWS::ApiGateway::Method").values()]
    return {(one["HttpMethod"], _path_of(stack, one["ResourceId"]["Ref"])): one for one in found}


def _path_of(stack: Template, resource_id: str) -> str:
    resource = stack.json["Resources"][resource_id]["Properties"]
    parent = resource["ParentId"]
    before = "" if "Fn::GetAtt" in parent else _path_of(stack, parent["Ref"])
    return f"{before}/{resource['PathPart']}"


def function_of(stack: Template, method: Resource) -> str:
    """The name of the function that a method calls."""
    (reference,) = re.findall(r'"Fn::GetAtt": \["(\w+)", "Arn"\]', json.dumps(method["Integration"]["Uri"]))
    name: str = stack.json["Resources"][reference]["Properties"]["FunctionName"]
    return name


def imported(value: Any, part: str) -> bool:
    """Whether a value comes out of another stack, under an export that names ``part``."""
    return isinstance(value, dict) and part in value.get("Fn::ImportValue", "")
