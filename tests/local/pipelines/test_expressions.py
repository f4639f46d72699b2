import pytest

from local.pipelines.errors import DefinitionError
from local.pipelines.expressions import filled, references
from local.pipelines.paths import value_at
from local.pipelines.run_values import RunValues

RUN = RunValues(
    arn="arn:aws:sagemaker:eu-central-1:111122223333:pipeline/letters/execution/abc123",
    started_at=1_700_000_000.5,
    parameters={"Month": "2026-01", "Count": 3},
)


def test_every_expression_of_a_definition_is_replaced_and_all_else_stays():
    definition = {
        "Description": {
            "Std:Join": {
                "On": " ",
                "Values": [
                    "Mailroom",
                    {
                        "Std:JsonGet": {
                            "PropertyFile": {"Get": "Steps.gate.PropertyFiles.gate"},
                            "Path": "facts.version",
                        }
                    },
                    {"Get": "Parameters.Count"},
                ],
            }
        },
        "Containers": [{"Image": "image:1", "ModelDataUrl": {"Get": "Steps.train.archive"}, "Number": 1}],
    }
    assert filled(
        definition,
        get=lambda name: 3 if name == "Parameters.Count" else f"<{name}>",
        from_file=lambda file, path: f"{file}:{path}",
    ) == {
        "Description": "Mailroom Steps.gate.PropertyFiles.gate:facts.version 3",
        "Containers": [{"Image": "image:1", "ModelDataUrl": "<Steps.train.archive>", "Number": 1}],
    }


def test_references_are_found_however_deep_they_are():
    value = [{"a": {"Get": "Steps.one.x"}}, {"Std:Join": {"On": "", "Values": [{"Get": "Execution.PipelineName"}]}}]
    assert list(references(value)) == ["Steps.one.x", "Execution.PipelineName"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("facts.scores[1]", 0.5),
        ("facts['the key']", "k"),
        ('["facts"].scores[0]', 0.25),
        ("Outputs['data'].Uri", "s3://data"),
    ],
)
def test_a_path_leads_through_names_positions_and_named_items(path, value):
    content = {
        "facts": {"scores": [0.25, 0.5], "the key": "k"},
        "Outputs": [{"OutputName": "other", "Uri": "s3://other"}, {"OutputName": "data", "Uri": "s3://data"}],
    }
    assert value_at(content, path) == value


@pytest.mark.parametrize("path", ["facts.none", "facts[0]", "list[3]", "text.name", "list['name']"])
def test_a_path_that_leads_nowhere_is_a_lookup_error(path):
    with pytest.raises(LookupError):
        value_at({"facts": {}, "list": [1], "text": "t"} | {"list": [{"a": 1}]}, path)


@pytest.mark.parametrize("path", ["a..b", "a[", "a[x]", ".a.", "a['b"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="is not a path into JSON"):
        value_at({"a": {"b": 1}}, path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Parameters.Count", 3),
        ("Execution.PipelineExecutionId", "abc123"),
        ("Execution.PipelineExecutionArn", RUN.arn),
        ("Execution.PipelineArn", "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/letters"),
        ("Execution.PipelineName", "letters"),
        ("Execution.StartDateTime", "2023-11-14T22:13:20.500Z"),
    ],
)
def test_an_execution_knows_its_parameters_and_itself(name, value):
    assert RUN.get(name) == value


@pytest.mark.parametrize("name", ["Parameters.None", "Execution.None", "Month", "Other.x"])
def test_what_an_execution_does_not_have_is_named(name):
    with pytest.raises(DefinitionError) as caught:
        RUN.get(name)
    assert str(caught.value) == f"The definition asks for {name}, which an execution does not have."
