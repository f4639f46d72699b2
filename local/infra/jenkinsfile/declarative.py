"""Whether statements are a declarative pipeline: which section stands where, how often, and with what in it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from local.infra.jenkinsfile import vocabulary as words
from local.infra.jenkinsfile.errors import Finding
from local.infra.jenkinsfile.groovy import Statement

Check = Callable[[Statement], Iterator[Finding]]


def check(statements: Sequence[Statement]) -> tuple[Finding, ...]:
    """What Jenkins would refuse before it runs anything, in the file's order."""
    pipelines = [one for one in statements if one.name == "pipeline"]
    if len(pipelines) != 1:
        line = pipelines[1].line if pipelines else 1
        return (Finding(line=line, problem=f"There must be one pipeline, not {len(pipelines)}."),)
    return tuple(sorted(_pipeline(pipelines[0]), key=lambda finding: finding.line))


def _pipeline(pipeline: Statement) -> Iterator[Finding]:
    yield from _sections(pipeline, "A pipeline", words.PIPELINE, required=("agent", "stages"))
    for section in pipeline.block or ():
        yield from _section(section, {"options": _options(words.PIPELINE_OPTIONS), "triggers": _triggers})


def _stage(stage: Statement) -> Iterator[Finding]:
    if len(stage.arguments) != 1 or stage.arguments[0][:1] not in ("'", '"'):
        yield Finding(line=stage.line, problem="A stage has one name, in quotes and parentheses.")
    what = f"The stage {_name(stage)}"
    yield from _sections(stage, what, words.STAGE)
    bodies = [section for section in stage.block or () if section.name in words.BODIES]
    if len(bodies) != 1:
        wanted = ", ".join(sorted(words.BODIES))
        yield Finding(line=stage.line, problem=f"{what} needs exactly one of {wanted}; it has {len(bodies)}.")
    for section in stage.block or ():
        yield from _section(
            section,
            {
                "options": _options(words.STAGE_OPTIONS),
                "steps": _steps,
                "parallel": _stages,
                "input": _input,
                "when": _when,
            },
        )


def _section(section: Statement, own: Mapping[str, Check]) -> Iterator[Finding]:
    """What is wrong in a section; ``own`` are checks of the place in which it stands."""
    checks: Mapping[str | None, Check] = {
        "agent": _agent,
        "environment": _environment,
        "post": _post,
        "stages": _stages,
        **own,
    }
    if section.name in checks:
        yield from checks[section.name](section)


def _stages(stages: Statement) -> Iterator[Finding]:
    yield from _only(stages, frozenset({"stage"}))
    counted = Counter(_name(stage) for stage in stages.block or ())
    yield from (
        Finding(line=stages.line, problem=f"Several stages are called {name}.") for name, n in counted.items() if n > 1
    )
    for stage in stages.block or ():
        yield from _stage(stage)


def _agent(agent: Statement) -> Iterator[Finding]:
    if agent.block is not None:
        yield from _only(agent, words.AGENTS)
    elif len(agent.arguments) != 1 or agent.arguments[0] not in words.AGENT_WORDS:
        yield Finding(line=agent.line, problem="An agent is `any`, `none` or a block such as { label 'name' }.")


def _environment(environment: Statement) -> Iterator[Finding]:
    yield from _not_empty(environment)
    for one in environment.block or ():
        if one.kind != "assignment":
            yield Finding(line=one.line, problem="The environment holds nothing but NAME = value.")


def _post(post: Statement) -> Iterator[Finding]:
    yield from _only(post, words.POST)
    for condition in post.block or ():
        yield from _steps(condition)


def _steps(steps: Statement) -> Iterator[Finding]:
    # Which steps there are is the plugins' affair; what a `script` holds is any Groovy, and parsed already.
    yield from _not_empty(steps)
    for step in steps.block or ():
        if step.kind == "assignment" or step.name is None:
            yield Finding(line=step.line, problem="This is no step; other Groovy stands in a `script`.")
        elif step.block is not None and step.name != "script":
            yield from _steps(step)


def _when(when: Statement) -> Iterator[Finding]:
    conditions = [one for one in when.block or () if one.name not in words.ORDER]
    if not conditions:
        yield Finding(line=when.line, problem="`when` names no condition.")
    for one in when.block or ():
        yield from _known(one, words.CONDITIONS | words.ORDER, "`when`")
        if one.name in words.NESTED_CONDITIONS:
            yield from _when(one)


def _input(given: Statement) -> Iterator[Finding]:
    yield from _only(given, words.INPUT)
    if "message" not in {one.name for one in given.block or ()}:
        yield Finding(line=given.line, problem="`input` needs a message.")


def _triggers(triggers: Statement) -> Iterator[Finding]:
    yield from _only(triggers, words.TRIGGERS)


def _options(known: Set[str]) -> Check:
    return lambda options: _only(options, known)


def _sections(owner: Statement, what: str, known: Set[str], *, required: Sequence[str] = ()) -> Iterator[Finding]:
    counted = Counter(section.name for section in owner.block or ())
    for section in owner.block or ():
        yield from _known(section, known, what)
    for name, count in counted.items():
        if name in known and count > 1:
            yield Finding(line=owner.line, problem=f"{what} has {count} sections `{name}`; one is allowed.")
    for name in required:
        if name not in counted:
            yield Finding(line=owner.line, problem=f"{what} needs a section `{name}`.")


def _only(owner: Statement, known: Set[str]) -> Iterator[Finding]:
    yield from _not_empty(owner)
    for one in owner.block or ():
        yield from _known(one, known, f"`{owner.name}`")


def _not_empty(owner: Statement) -> Iterator[Finding]:
    if not owner.block:
        yield Finding(line=owner.line, problem=f"`{owner.name}` is empty.")


def _known(one: Statement, known: Set[str], what: str) -> Iterator[Finding]:
    if one.name not in known or one.kind == "assignment":
        found = "what stands here" if one.name is None else f"`{one.name}`"
        allowed = ", ".join(sorted(known))
        yield Finding(line=one.line, problem=f"{what} cannot hold {found}; it may hold: {allowed}.")


def _name(stage: Statement) -> str:
    return stage.arguments[0] if stage.arguments else "without a name"
