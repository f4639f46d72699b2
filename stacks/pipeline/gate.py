"""The gate: may this model be registered? And what happens if not."""

import json
from typing import Any

from stacks.pipeline.evaluate import EVALUATION
from stacks.pipeline.expressions import EXECUTION_ID, from_file, join, processing_output
from stacks.pipeline.prefixes import GATES
from stacks.pipeline.prepare import DATASET
from stacks.pipeline.processing import INPUT, OUTPUT, ProcessingJob
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.steps import DECIDE, EVALUATE, GATE, PREPARE, REFUSE

GATE_FILE = "gate.json"
PASSED = "passed"


def gate_step(settings: PipelineSettings) -> dict[str, Any]:
    """The step ``gate``; its verdict is the property file ``gate``."""
    limits = {**vars(settings.limits), "minimum_scores": dict(settings.limits.minimum_scores)}
    return ProcessingJob(
        name=GATE,
        description="Compares the new model with its limits and with the champion",
        module="model.gate",
        role=settings.roles.gate,
        inputs={
            EVALUATION: processing_output(EVALUATE, EVALUATION),
            # One file of the dataset: the gate asks which labels are active, and reads no mail.
            "taxonomy": join("/", processing_output(PREPARE, DATASET), "taxonomy.json"),
        },
        outputs={GATE: join("/", f"s3://{settings.buckets.artefacts}/{GATES}", EXECUTION_ID)},
        arguments=[
            *("--evaluation", f"{INPUT}/{EVALUATION}"),
            *("--taxonomy", f"{INPUT}/taxonomy"),
            *("--out", f"{OUTPUT}/{GATE}"),
        ],
        environment={"GATE_LIMITS": json.dumps(limits, sort_keys=True)},
        property_files={GATE: (GATE, GATE_FILE)},
        isolated=True,
        max_hours=1,
    ).step(settings)


def decide_step(register: dict[str, Any]) -> dict[str, Any]:
    """The step ``decide``: register what passed, fail the run with the gate's own words otherwise."""
    return {
        "Name": DECIDE,
        "Type": "Condition",
        "Arguments": {
            "Conditions": [{"Type": "Equals", "LeftValue": from_file(GATE, GATE, "verdict"), "RightValue": PASSED}],
            "IfSteps": [register],
            "ElseSteps": [
                {
                    "Name": REFUSE,
                    "Type": "Fail",
                    "Arguments": {"ErrorMessage": join(" ", "The gate refused:", from_file(GATE, GATE, "text"))},
                }
            ],
        },
    }
