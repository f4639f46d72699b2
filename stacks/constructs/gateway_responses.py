"""The gateway's own answers, in place of those that it would make up."""

from aws_cdk import aws_apigateway

from stacks.constructs.refusals import REFUSALS


def add_gateway_responses(api: aws_apigateway.RestApi) -> None:
    """Give ``api`` all of ``REFUSALS``."""
    for name, refusal in REFUSALS.items():
        api.add_gateway_response(
            "Refusal" + "".join(part.capitalize() for part in name.split("_")),
            type=aws_apigateway.ResponseType.of(name),
            status_code=str(refusal.status),
            response_headers=refusal.headers(),
            # The one template there is serves whatever the caller accepts.
            templates={"application/json": refusal.body()},
        )
