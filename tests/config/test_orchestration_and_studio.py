"""Settings of Airflow and Studio that no account could run."""

import re
from dataclasses import replace
from typing import Any

import pytest

from config.load import load_environment


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"environment_class": "mw1.micro", "maximum_workers": 2},
            "maximum_workers must be 1 for the class mw1.micro.",
        ),
        ({"maximum_workers": 0}, "maximum_workers must lie between 1 and 25, not 0."),
        ({"web_server_networks": ("office",)}, "web_server_networks: 'office' is no network such as '10.8.0.0/16'."),
        (
            {"web_server_networks": ("0.0.0.0/0",)},
            "web_server_networks: '0.0.0.0/0' is wider than any company's own network.",
        ),
    ],
)
def test_an_airflow_that_cannot_be_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        replace(load_environment("prod").orchestration, **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"users": ("anna müller",)},
            "users: 'anna müller' must be made of letters, digits and single hyphens between them.",
        ),
        ({"users": ("anna", "anna")}, "users must be different names."),
        ({"networks": ("office",)}, "networks: 'office' is no network such as '198.51.100.0/24'."),
        ({"networks": ("0.0.0.0/0",)}, "networks: '0.0.0.0/0' is wider than any company's own network."),
        (
            {"code_editor_instance_type": "t3.medium"},
            "code_editor_instance_type: 't3.medium' is no SageMaker instance type such as 'ml.t3.medium'.",
        ),
        ({"code_editor_volume_gb": 4}, "code_editor_volume_gb must lie between 5 and 16384, not 4."),
    ],
)
def test_a_studio_that_cannot_be_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        replace(load_environment("prod").studio, **change)
