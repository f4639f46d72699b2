"""The resource types that moto's CloudFormation lacks, or fills in part only, by service."""

from local.accounts.gaps.resource_type import ResourceType
from local.accounts.gaps.types.api_gateway import API_GATEWAY
from local.accounts.gaps.types.api_gateway_callers import API_GATEWAY_CALLERS
from local.accounts.gaps.types.autoscaling import AUTOSCALING
from local.accounts.gaps.types.firewall import FIREWALL
from local.accounts.gaps.types.functions import FUNCTIONS
from local.accounts.gaps.types.network import NETWORK
from local.accounts.gaps.types.observability import OBSERVABILITY
from local.accounts.gaps.types.policies import POLICIES
from local.accounts.gaps.types.sagemaker import SAGEMAKER
from local.accounts.gaps.types.storage import STORAGE

ALL: tuple[ResourceType, ...] = (
    *SAGEMAKER,
    *API_GATEWAY,
    *API_GATEWAY_CALLERS,
    *AUTOSCALING,
    *OBSERVABILITY,
    *POLICIES,
    *FIREWALL,
    *STORAGE,
    *NETWORK,
    *FUNCTIONS,
)
