"""The pipeline's definition as a whole: what SageMaker would refuse, and what it would only notice hours later."""

import ast
import json
import re
from typing import Any

import pytest

from stacks.pipeline.definition import MAX_BYTES
from tests.support.pipeline import ROOT, SETTINGS, all_steps, definition, references

STEPS = all_steps(definition())
JOBS = {name: step for name, step in STEPS.items() if step["Type"] in ("Processing", "Training")}
PROCESSING = {name: step for name, step in JOBS.items() if step["Type"] == "Processing"}
OUTPUT = re.compile(r"ProcessingOutputConfig\.Outputs\['(?P<name>[a-z_]+)'\]\.S3Output\.S3Uri")


def test_the_steps_are_prepare_train_evaluate_gate_what_follows_from_it_and_two_that_record():
    assert {name: step["Type"] for name, step in STEPS.items()} == {
        "prepare": "Processing",
        "train": "Training",
        "track": "Processing",
        "evaluate": "Processing",
        "gate": "Processing",
        "track-gate": "Processing",
        "decide": "Condition",
        "register": "RegisterModel",
        "refuse": "Fail",
    }


def _needs(name: str) -> set[str]:
    """The steps that a step of the definition waits for."""
    return {one.split(".")[1] for one in references(STEPS[name]) if one.startswith("Steps.")} - {name}


def test_the_run_is_recorded_once_training_has_ended_and_again_with_the_verdict_and_nothing_waits_for_it():
    assert (_needs("track"), _needs("track-gate")) == ({"train"}, {"train", "evaluate", "gate"})
    assert [name for name in STEPS if _needs(name) & {"track", "track-gate"}] == []
    assert [name for name, step in STEPS.items() if "DependsOn" in step] == []


def test_without_an_mlflow_app_nothing_is_tracked():
    assert [step["Name"] for step in definition(mlflow_app=None)["Steps"]] == [
        "prepare",
        "train",
        "evaluate",
        "gate",
        "decide",
    ]


def test_a_run_can_be_told_the_month_the_tasks_the_base_model_other_hyperparameters_and_what_was_validated():
    assert definition()["Parameters"] == [
        {"Name": "ExportMonth", "Type": "String", "DefaultValue": "2026-02"},
        {"Name": "Tasks", "Type": "String", "DefaultValue": "queue,topic"},
        {"Name": "BaseModel", "Type": "String", "DefaultValue": "base-models/distilbert-base-german-cased"},
        {"Name": "Hyperparameters", "Type": "String", "DefaultValue": "{}"},
        {"Name": "ExportDigest", "Type": "String", "DefaultValue": "unchecked"},
    ]


def test_the_definition_names_the_taxonomy_that_its_code_has_packed():
    assert definition()["Metadata"] == {"taxonomy_sha256": SETTINGS.taxonomy_sha256}


def test_prepare_is_told_the_digest_of_the_export_that_was_validated():
    environment = STEPS["prepare"]["Arguments"]["Environment"]
    assert environment["EXPORT_DIGEST"] == {"Get": "Parameters.ExportDigest"}


def test_the_runs_are_grouped_in_one_experiment_each_under_its_own_id():
    assert definition()["PipelineExperimentConfig"] == {
        "ExperimentName": "mailroom-dev",
        "TrialName": {"Get": "Execution.PipelineExecutionId"},
    }


def _resolves(reference: str, whole: dict[str, Any], earlier: list[str]) -> bool:
    kind, _, rest = reference.partition(".")
    if kind == "Execution":
        return rest in ("PipelineExecutionId", "StartDateTime")
    if kind == "Parameters":
        return rest in {parameter["Name"] for parameter in whole["Parameters"]}
    name, _, path = rest.partition(".")
    step = all_steps(whole).get(name)
    if kind != "Steps" or step is None or name not in earlier:
        return False
    if step["Type"] == "Training":
        return path == "ModelArtifacts.S3ModelArtifacts"
    output = OUTPUT.fullmatch(path)
    if output:
        outputs = step["Arguments"]["ProcessingOutputConfig"]["Outputs"]
        return output["name"] in {one["OutputName"] for one in outputs}
    files = {file["PropertyFileName"] for file in step.get("PropertyFiles", ())}
    return path.removeprefix("PropertyFiles.") in files


def _unresolved(whole: dict[str, Any]) -> list[str]:
    earlier: list[str] = []
    wrong = []
    for step in whole["Steps"]:
        wrong += [one for one in references(step) if not _resolves(one, whole, earlier)]
        earlier.append(step["Name"])
    return wrong


def test_every_reference_is_to_a_parameter_or_to_what_an_earlier_step_leaves():
    assert _unresolved(definition()) == []


def test_a_reference_to_an_output_that_no_step_has_is_found():
    whole = definition()
    outputs = whole["Steps"][0]["Arguments"]["ProcessingOutputConfig"]["Outputs"]
    outputs.remove(next(one for one in outputs if one["OutputName"] == "champion"))
    assert _unresolved(whole) == ["Steps.prepare.ProcessingOutputConfig.Outputs['champion'].S3Output.S3Uri"]


def test_property_files_lie_in_an_output_of_their_step():
    declared = {
        (name, file["OutputName"], file["FilePath"])
        for name, step in PROCESSING.items()
        for file in step.get("PropertyFiles", ())
    }
    assert declared == {("gate", "gate", "gate.json")}
    outputs = PROCESSING["gate"]["Arguments"]["ProcessingOutputConfig"]["Outputs"]
    assert [output["OutputName"] for output in outputs] == ["gate"]


@pytest.mark.parametrize("name", JOBS)
def test_every_job_runs_in_the_network_under_its_own_role(name: str):
    arguments = JOBS[name]["Arguments"]
    network = arguments if JOBS[name]["Type"] == "Training" else arguments["NetworkConfig"]
    assert network["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-a", "subnet-b"]}
    assert network["EnableInterContainerTrafficEncryption"] is True
    assert arguments["RoleArn"] == f"r-{name.removesuffix('-gate')}"


def test_only_the_steps_that_call_an_aws_service_have_a_network():
    isolated = {
        name: (step["Arguments"] if step["Type"] == "Training" else step["Arguments"]["NetworkConfig"])[
            "EnableNetworkIsolation"
        ]
        for name, step in JOBS.items()
    }
    assert isolated == {"prepare": False, "train": True, "track": False, "evaluate": True} | {
        "gate": True,
        "track-gate": False,
    }


@pytest.mark.parametrize("name", JOBS)
def test_every_job_is_retried_for_faults_and_capacity_and_not_for_its_own_errors(name: str):
    assert [policy["ExceptionType"] for policy in JOBS[name]["RetryPolicies"]] == [
        ["Step.SERVICE_FAULT", "Step.THROTTLING"],
        ["SageMaker.JOB_INTERNAL_ERROR"],
        ["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"],
    ]


@pytest.mark.parametrize("name", PROCESSING)
def test_every_output_and_volume_of_a_processing_job_is_encrypted(name: str):
    arguments = PROCESSING[name]["Arguments"]
    assert arguments["ProcessingOutputConfig"]["KmsKeyId"] == "key-arn"
    assert arguments["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == "key-arn"


def test_a_machine_with_disks_of_its_own_gets_no_key_that_sagemaker_would_refuse():
    machine = SETTINGS.processing.__class__(instance_type="ml.m5d.xlarge", volume_gb=30)
    steps = all_steps(definition(processing=machine))
    assert "VolumeKmsKeyId" not in steps["prepare"]["Arguments"]["ProcessingResources"]["ClusterConfig"]


@pytest.mark.parametrize("name", PROCESSING)
def test_every_processing_job_unpacks_the_code_and_runs_a_module_that_exists(name: str):
    entry = PROCESSING[name]["Arguments"]["AppSpecification"]["ContainerEntrypoint"]
    *shell, tarball, module = entry
    assert shell[:2] == ["/bin/bash", "-euc"]
    assert tarball == "/opt/ml/processing/input/code/0123abcd.gz"
    path = ROOT / module.replace(".", "/")
    file = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    assert '__name__ == "__main__"' in file.read_text(encoding="utf-8")


def _variables_read(module: str) -> set[str]:
    """Texts in capitals in the module: the names of the variables that it asks for (DIR stands for a folder)."""
    path = ROOT / module.replace(".", "/")
    tree = ast.parse((path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"[A-Z]+(?:_[A-Z]+)*", text)} - {"DIR"}


@pytest.mark.parametrize("name", PROCESSING)
def test_every_processing_job_is_given_the_variables_that_its_module_reads_and_no_others(name: str):
    arguments = PROCESSING[name]["Arguments"]
    given = set(arguments["Environment"]) - {"AWS_DEFAULT_REGION"}
    assert given == _variables_read(arguments["AppSpecification"]["ContainerEntrypoint"][-1])


@pytest.mark.parametrize("name", PROCESSING)
def test_every_processing_job_is_told_each_of_its_folders_once(name: str):
    arguments = PROCESSING[name]["Arguments"]
    told = [text for text in arguments["AppSpecification"]["ContainerArguments"] if not text.startswith("--")]
    inputs = [one["S3Input"]["LocalPath"] for one in arguments["ProcessingInputs"]]
    outputs = [one["S3Output"]["LocalPath"] for one in arguments["ProcessingOutputConfig"]["Outputs"]]
    assert sorted(told) == sorted({*inputs, *outputs} - {"/opt/ml/processing/input/code"})


@pytest.mark.parametrize("name", PROCESSING)
def test_every_option_of_a_processing_job_is_one_that_its_module_has(name: str):
    specification = PROCESSING[name]["Arguments"]["AppSpecification"]
    path = ROOT / specification["ContainerEntrypoint"][-1].replace(".", "/")
    source = (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")
    options = set(re.findall(r'add_argument\("(--[a-z]+)"', source))
    assert {text for text in specification["ContainerArguments"] if text.startswith("--")} == options


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", PROCESSING)
def test_no_argument_or_variable_is_longer_than_the_256_characters_that_sagemaker_takes(name: str):
    arguments = PROCESSING[name]["Arguments"]
    longest = max(_texts([arguments["AppSpecification"], arguments["Environment"]]), key=len)
    assert len(longest) <= 256


def test_the_definition_is_far_below_the_megabyte_that_sagemaker_takes():
    assert len(json.dumps(definition())) < MAX_BYTES / 20


def test_the_definition_depends_on_nothing_but_its_settings():
    assert json.dumps(definition()) == json.dumps(definition())
