"""Model packages, where moto differs from the registry.

CreateModelPackage is idempotent by its ClientToken; UpdateModelPackage leaves what it does not name; a package has a
model card, which both take and DescribeModelPackage tells.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.models import ModelPackage, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local.accounts.gaps.executions.record import CHANGING

_create_call = SageMakerResponse.create_model_package
_update_call = SageMakerResponse.update_model_package
_describe = ModelPackage.gen_response_object


def install() -> None:
    """Put these in the place of what is there. After whatever announces a package: a call that is repeated is none."""
    create = SageMakerModelBackend.create_model_package
    update = SageMakerModelBackend.update_model_package

    def create_once(backend: SageMakerModelBackend, **given: Any) -> str:
        token = given.get("client_token")
        known: dict[str, str] = vars(backend).setdefault("_package_tokens", {})
        with CHANGING:
            if known.get(token or "") in backend.model_packages:
                return known[token]
            arn: str = create(backend, **given)
            if token:
                known[token] = arn
            return arn

    def update_what_is_named(backend: SageMakerModelBackend, model_package_arn: str, **given: Any) -> str:
        package = backend.model_packages.get(model_package_arn)
        if package is not None:
            given = _completed(package, given)
        arn: str = update(backend, model_package_arn=model_package_arn, **given)
        return arn

    SageMakerModelBackend.create_model_package = create_once
    SageMakerModelBackend.update_model_package = update_what_is_named
    SageMakerResponse.create_model_package = lambda response: _with_card(response, _create_call(response))
    SageMakerResponse.update_model_package = lambda response: _with_card(response, _update_call(response))
    ModelPackage.gen_response_object = _described


def _completed(package: ModelPackage, given: dict[str, Any]) -> dict[str, Any]:
    kept = {
        name: getattr(package, name)
        for name in ("model_approval_status", "approval_description")
        if given.get(name) is None
    }
    properties = {**(package.customer_metadata_properties or {}), **(given.get("customer_metadata_properties") or {})}
    return {**given, **kept, "customer_metadata_properties": properties}


def _with_card(response: SageMakerResponse, answer: ActionResult) -> ActionResult:
    card = response._get_param("ModelCard")
    if card is not None:
        package = response.sagemaker_backend.model_packages[answer.result["ModelPackageArn"]]
        package.card = {**vars(package).get("card", {}), **card}
    return answer


def _described(package: ModelPackage) -> dict[str, Any]:
    described: dict[str, Any] = _describe(package)
    card = vars(package).get("card")
    return described if card is None else {**described, "ModelCard": card}
