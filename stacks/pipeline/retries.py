"""When a step is tried again: only where trying again can help.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from typing import Any

SERVICE: dict[str, Any] = {
    "ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"],
    "IntervalSeconds": 10,
    "BackoffRate": 2.0,
    "MaxAttempts": 5,
}
JOB: dict[str, Any] = {
    "ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"],
    "IntervalSeconds": 60,
    "BackoffRate": 2.0,
    "MaxAttempts": 2,
}
# Machines and quota come back by the hour, not by the second; a monthly run can wait half a day.
CAPACITY: dict[str, Any] = {
    "ExceptionType": ["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"],
    "IntervalSeconds": 600,
    "BackoffRate": 1.5,
    "ExpireAfterMin": 720,
}

JOB_RETRIES = [SERVICE, JOB, CAPACITY]
SERVICE_RETRIES = [SERVICE]
