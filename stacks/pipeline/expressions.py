"""What a definition leaves open until a run: parameters, values of the run, results of earlier steps."""

from typing import Any

Expression = dict[str, Any]
Text = str | Expression

EXECUTION_ID: Expression = {"Get": "Execution.PipelineExecutionId"}
STARTED_AT: Expression = {"Get": "Execution.StartDateTime"}


def parameter(name: str) -> Expression:
    """The value of a pipeline parameter."""
    return {"Get": f"Parameters.{name}"}


def model_archive(step: str) -> Expression:
    """The S3 URI of the archive that a training step left."""
    return {"Get": f"Steps.{step}.ModelArtifacts.S3ModelArtifacts"}


def processing_output(step: str, output: str) -> Expression:
    """The S3 URI of an output of a processing step."""
    return {"Get": f"Steps.{step}.ProcessingOutputConfig.Outputs['{output}'].S3Output.S3Uri"}


def join(separator: str, *values: Text) -> Expression:
    """The values in one text."""
    return {"Std:Join": {"On": separator, "Values": list(values)}}


def from_file(step: str, property_file: str, path: str) -> Expression:
    """A value in a JSON file that a processing step left and declared as a property file."""
    return {"Std:JsonGet": {"PropertyFile": {"Get": f"Steps.{step}.PropertyFiles.{property_file}"}, "Path": path}}
