"""Who may import whom (docs/architecture.md), read off the syntax tree; and that this check can fail."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from model.archive.code import SERVING, source_files

ROOT = Path(__file__).parents[1]
STANDARD = frozenset(sys.stdlib_module_names)

MACHINE_LEARNING = frozenset(
    {
        "torch",
        "transformers",
        "tokenizers",
        "safetensors",
        "accelerate",
        "numpy",
        "scipy",
        "sklearn",
        "pyarrow",
        "matplotlib",
        "jinja2",
        "markupsafe",
        "tqdm",
        "resiliparse",
        "ftfy",
        "boto3",
        "botocore",
        "huggingface_hub",
        "sentencepiece",
    }
)
# What the serving container has, or the archive brings along.
SERVING_LIBRARIES = frozenset({"torch", "transformers", "safetensors", "numpy", "tqdm", "resiliparse", "ftfy"})
TRAINING = (
    "model.training",
    "model.dataset",
    "model.evaluation",
    "model.base_model",
    "model.archive.writer",
    "model.archive.unpack",
    "model.files",
    "model.archive.code",
    "model.train",
    "model.evaluate",
    "model.prepare",
    "model.steps",
    "model.gate",
    "model.track",
    "model.exploration",
)


def imports(source: str) -> Iterator[str]:
    """The full names of the modules that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def violations(source: str, *, packages: frozenset[str], forbidden: tuple[str, ...] = ()) -> list[str]:
    """Imports of a source beyond the standard library and ``packages``, or within ``forbidden``."""
    return sorted(
        {
            name
            for name in imports(source)
            if name.partition(".")[0] not in STANDARD | packages
            or any(name == prefix or name.startswith(f"{prefix}.") for prefix in forbidden)
        }
    )


def python_files(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts]


def of(folder: str, *, packages: frozenset[str], forbidden: tuple[str, ...] = ()) -> Mapping[str, list[str]]:
    found = {
        str(path.relative_to(ROOT)): violations(
            path.read_text(encoding="utf-8"), packages=packages, forbidden=forbidden
        )
        for path in python_files(folder)
    }
    assert found, f"{folder} holds Python files"
    return {path: names for path, names in found.items() if names}


def test_the_domain_imports_the_standard_library_only():
    assert of("mailroom", packages=frozenset({"mailroom"})) == {}


def test_the_model_imports_the_domain_and_machine_learning_libraries():
    assert of("model", packages=MACHINE_LEARNING | {"mailroom", "model"}) == {}


def test_the_serving_path_imports_no_training_code_and_only_what_the_container_has():
    found = {
        str(path.relative_to(ROOT)): violations(
            path.read_text(encoding="utf-8"), packages=SERVING_LIBRARIES | {"mailroom", "model"}, forbidden=TRAINING
        )
        for path in source_files(ROOT)
        if path.suffix == ".py"
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_the_serving_path_is_closed_under_its_own_imports():
    held = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        for path in source_files(ROOT)
    }
    wanted = {
        name
        for path in source_files(ROOT)
        if path.suffix == ".py"
        for name in imports(path.read_text(encoding="utf-8"))
        if name.startswith(("model", "mailroom")) and (ROOT / f"{name.replace('.', '/')}.py").exists()
    }
    assert wanted <= held


def test_each_lambda_imports_the_domain_and_boto3_never_the_model_nor_another_lambda():
    functions = [path for path in sorted((ROOT / "lambda").iterdir()) if path.is_dir() and path.name != "__pycache__"]
    assert functions
    for function in functions:
        allowed = frozenset({"mailroom", "boto3", "botocore", function.name})
        assert of(f"lambda/{function.name}", packages=allowed) == {}


def test_the_configuration_imports_nothing_but_itself_and_the_domain():
    assert of("config", packages=frozenset({"config", "mailroom"})) == {}


def test_stacks_import_the_cdk_and_configuration_and_of_the_project_only_what_both_sides_of_a_contract_read():
    # The pipeline's metric definitions are those that the trainer prints by; errors derive from one class.
    shared = ("mailroom.training_metrics", "mailroom.errors")
    found = of("stacks", packages=frozenset({"aws_cdk", "constructs", "config", "stacks", "jsii"}))
    left = {path: [name for name in names if not name.startswith(shared)] for path, names in found.items()}
    assert {path: names for path, names in left.items() if names} == {}


def test_dags_import_the_domain_and_airflow_and_boto3_only_inside_tasks():
    helpers = {path.stem if path.is_file() else path.name for path in (ROOT / "dags").iterdir()}
    packages = frozenset({"mailroom", "airflow", "boto3", "botocore", *helpers})
    assert of("dags", packages=packages) == {}
    parsed = [path for path in python_files("dags") if path.parent == ROOT / "dags"]
    heavy = {
        path.name: [
            name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in imports(ast.unparse(node))
            if name.partition(".")[0] in {"boto3", "botocore"}
        ]
        for path in parsed
    }
    assert heavy == {path.name: [] for path in parsed}


def test_experiments_import_the_sdk_the_configuration_and_of_the_project_what_packs_and_tracks():
    packages = frozenset({"experiments", "config", "mailroom", "boto3", "botocore", "sagemaker"})
    # One packer and one way into MLflow, for the pipeline and for experiments.
    shared = ("stacks.assets.archives", "stacks.assets.training_entries", "model.track", "model.steps.months")
    found = of("experiments", packages=packages)
    left = {path: [name for name in names if not name.startswith(shared)] for path, names in found.items()}
    assert {path: names for path, names in left.items() if names} == {}


@pytest.mark.parametrize("folder", ["local", "benchmarks"])
def test_what_runs_on_one_machine_reads_the_templates_and_never_the_stacks(folder: str):
    found = [
        f"{path.relative_to(ROOT)}: {node.module}"
        for path in python_files(folder)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").partition(".")[0] == "stacks")
        or (isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == "stacks" for alias in node.names))
    ]
    assert found == []


def test_lambda_is_an_import_root_and_not_a_package():
    assert not (ROOT / "lambda" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import torch", ["torch"]),
        ("def f():\n    from model.training import loop", ["model.training", "model.training.loop"]),
        ("import json\nfrom mailroom.message import Email", []),
    ],
)
def test_a_violation_is_found_wherever_it_stands(source: str, expected: list[str]):
    assert violations(source, packages=frozenset({"mailroom", "model"}), forbidden=("model.training",)) == expected


def test_the_serving_path_names_only_what_exists():
    assert [name for name in SERVING if not (ROOT / name).exists()] == []
