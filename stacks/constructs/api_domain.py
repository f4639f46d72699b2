"""A name of one's own for the API."""

from aws_cdk import aws_apigateway, aws_certificatemanager
from constructs import Construct

from config.tables.api import CustomDomain


class ApiDomain(Construct):
    """``api`` under ``domain``: ``url``. The name's entry in DNS (an alias or CNAME) must lead to ``target``."""

    def __init__(
        self, scope: Construct, construct_id: str, *, domain: CustomDomain, api: aws_apigateway.RestApi
    ) -> None:
        super().__init__(scope, construct_id)
        name = aws_apigateway.DomainName(
            self,
            "Name",
            domain_name=domain.name,
            certificate=aws_certificatemanager.Certificate.from_certificate_arn(
                self, "Certificate", domain.certificate_arn
            ),
            endpoint_type=aws_apigateway.EndpointType.REGIONAL,
            # As the API's own, rest_api.TLS_POLICY.
            security_policy=aws_apigateway.SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09,
            endpoint_access_mode=aws_apigateway.EndpointAccessMode.STRICT,
            mapping=api,
        )
        self.url = f"https://{domain.name}/"
        self.target = name.domain_name_alias_domain_name
