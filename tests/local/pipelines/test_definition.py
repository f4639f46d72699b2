import pytest

from local.pipelines.account import StepState
from local.pipelines.definition import read_definition
from local.pipelines.errors import DefinitionError
from local.pipelines.execution_run import ready_steps

TYPES = frozenset({"Processing", "Condition", "Fail"})


def step(name, *, refers=(), after=(), kind="Processing", **more):
    arguments = {"Inputs": [{"Get": f"Steps.{other}.Outputs"} for other in refers], **more}
    return {"Name": name, "Type": kind, "Arguments": arguments, **({"DependsOn": list(after)} if after else {})}


def condition(name, *, refers=(), then=(), otherwise=()):
    return step(name, refers=refers, kind="Condition", IfSteps=list(then), ElseSteps=list(otherwise))


def read(*steps):
    return read_definition({"Steps": list(steps)}, types=TYPES)


def ended(name, status="Succeeded", outcome=None):
    metadata = {"Condition": {"Outcome": outcome}} if outcome else {}
    return StepState(name=name, type="Processing", status=status, started_at=0.0, metadata=metadata)


def ready(definition, *states, without=()):
    found = ready_steps(definition, {state.name: state for state in states}, without=frozenset(without))
    return [one.name for one in found]


def test_a_step_waits_for_what_its_arguments_refer_to_and_for_what_it_depends_on():
    definition = read(step("last", refers=["first"], after=["middle"]), step("first"), step("middle"))
    assert definition.steps["last"].needs == {"first", "middle"}
    assert ready(definition) == ["first", "middle"]
    assert ready(definition, ended("first")) == ["middle"]
    assert ready(definition, ended("first"), ended("middle")) == ["last"]


def test_a_step_that_runs_is_not_begun_again():
    assert ready(read(step("one"), step("two")), without=["one"]) == ["two"]


def test_a_step_behind_one_that_failed_or_was_stopped_never_runs():
    definition = read(step("first"), step("last", refers=["first"]))
    assert [ready(definition, ended("first", status)) for status in ("Failed", "Stopped")] == [[], []]


def test_of_a_conditions_branches_only_the_one_that_its_outcome_names_runs():
    definition = read(
        step("gate"), condition("decide", refers=["gate"], then=[step("yes", refers=["gate"])], otherwise=[step("no")])
    )
    assert definition.steps["yes"].branch == ("decide", "True")
    assert ready(definition, ended("gate")) == ["decide"]
    assert ready(definition, ended("gate"), ended("decide", outcome="True")) == ["yes"]
    assert ready(definition, ended("gate"), ended("decide", outcome="False")) == ["no"]


def test_what_a_branch_refers_to_does_not_hold_up_its_condition():
    definition = read(step("slow"), condition("decide", then=[step("yes", refers=["slow"])]))
    assert ready(definition) == ["slow", "decide"]
    assert ready(definition, ended("decide", outcome="True")) == ["slow"]


def test_a_condition_in_a_branch_waits_for_the_outer_one():
    inner = condition("inner", then=[step("deep")])
    definition = read(condition("outer", then=[inner]))
    assert ready(definition) == ["outer"]
    assert ready(definition, ended("outer", outcome="False")) == []
    assert ready(definition, ended("outer", outcome="True"), ended("inner", outcome="True")) == ["deep"]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (
            [step("tune", kind="Tuning")],
            "The step tune is of type Tuning, which is not run here; known are Condition, Fail, Processing.",
        ),
        ([{"Name": "one", "Arguments": {}}], "The step one of the definition has no Type."),
        ([condition("one", then=[{"Type": "Fail"}])], "A step of the definition has no Name."),
        (["one"], "The definition has a step that is not of the form that its schema asks for."),
        (
            [step("one") | {"PropertyFiles": [{}]}],
            "The definition has a step that is not of the form that its schema asks for.",
        ),
        ([step("one"), condition("two", then=[step("one")])], "Two steps have the name one."),
        ([step("one", refers=["none"])], "The definition refers to the step none, which it does not have."),
        ([step("one", after=["two"]), step("two", refers=["one"])], "These steps wait for each other: one, two."),
    ],
)
def test_a_definition_that_cannot_be_run_is_refused_with_the_step_that_is_wrong(steps, sentence):
    with pytest.raises(DefinitionError) as caught:
        read(*steps)
    assert str(caught.value) == sentence
