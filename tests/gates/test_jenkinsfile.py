"""The linter of the Jenkinsfile, under the interpreter that it runs on: the file passes, and broken ones do not."""

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venvs" / "lint" / "bin" / "python"
JENKINSFILE = (ROOT / "Jenkinsfile").read_text(encoding="utf-8")
# What stands in the file outside of comments, word by word and sign by sign.
TOKENS = re.compile(r"//[^\n]*|'[^'\n]*'|\"[^\"\n]*\"|\w+|[^\s\w]")
BRACKETS = "(){}[]"

SMALL = """\
pipeline {
    agent none
    stages {
        stage('Lint') {
            steps {
                sh 'make lint'
            }
        }
    }
}
"""


def lint(sources: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """What the linter says of each source, by its name, without the file's."""
    for name, source in sources.items():
        (folder / name).write_text(source, encoding="utf-8")
    done = subprocess.run(
        [PYTHON, "-m", "local.infra.jenkinsfile", *(str(folder / name) for name in sources)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    said: dict[str, list[str]] = {name: [] for name in sources}
    for line in done.stdout.splitlines():
        file, number, problem = line.split(":", 2)
        said[Path(file).name].append(f"{number}:{problem}")
    assert done.returncode == int(any(said.values()))
    return said


@pytest.fixture
def findings(tmp_path: Path) -> Callable[[str], list[str]]:
    """What the linter says of one source."""
    return lambda source: lint({"Jenkinsfile": source}, tmp_path)["Jenkinsfile"]


def test_the_jenkinsfile_passes(findings):
    assert findings(JENKINSFILE) == []


def test_it_does_not_pass_without_any_one_of_its_brackets_or_quotes(tmp_path):
    broken = {}
    for token in TOKENS.finditer(JENKINSFILE):
        text = token.group()
        if text.startswith("//"):
            continue
        if text in BRACKETS:
            broken[f"{token.start()}-without-{ord(text)}"] = JENKINSFILE[: token.start()] + JENKINSFILE[token.end() :]
        elif text[0] in "'\"":
            end = token.end() - 1
            broken[f"{token.start()}-unquoted"] = JENKINSFILE[:end] + JENKINSFILE[end + 1 :]
    assert len(broken) > 200
    assert [name for name, said in lint(broken, tmp_path).items() if not said] == []


@pytest.mark.parametrize(
    ("former", "latter", "finding"),
    [
        ("'make lint'", "'make lint' 'make test'", "6: The statement before \"'make test'\" does not end."),
        (
            "sh 'make lint'",
            "sh script: 'a' returnStatus: true",
            "6: The statement before 'returnStatus: true' does not",
        ),
        ("agent none", "", "1: A pipeline needs a section `agent`."),
        ("agent none", "agent all", "2: An agent is `any`, `none` or a block such as { label 'name' }."),
        ("agent none", "agent { lable 'a' }", "2: `agent` cannot hold `lable`; it may hold: docker, dockerfile,"),
        ("agent none", "agent none\n    agent any", "1: A pipeline has 2 sections `agent`; one is allowed."),
        ("agent none", "agent none\n    stage('a') { }", "3: A pipeline cannot hold `stage`; it may hold: agent,"),
        ("    stages {", "    agents {", "3: A pipeline cannot hold `agents`; it may hold: agent, environment,"),
        ("steps {", "step {", "5: The stage 'Lint' cannot hold `step`; it may hold: agent, environment, failFast,"),
        ("sh 'make lint'", "", "5: `steps` is empty."),
        ("sh 'make lint'", "command = 'make lint'", "6: This is no step; other Groovy stands in a `script`."),
        ("sh 'make lint'", "sh", "6: This is no step; other Groovy stands in a `script`."),
        ("stage('Lint')", "stage(Lint)", "4: A stage has one name, in quotes and parentheses."),
        ("steps {", "when { }\n steps {", "5: `when` names no condition."),
        ("steps {", "when { beforeAgent true }\n steps {", "5: `when` names no condition."),
        ("steps {", "when { branch = 'main' }\n steps {", "5: `when` cannot hold `branch`; it may hold: allOf, anyOf,"),
        ("steps {", "when { not { brunch 'main' } }\n steps {", "5: `when` cannot hold `brunch`; it may hold: allOf,"),
        ("steps {", "input { ok 'Go' }\n steps {", "5: `input` needs a message."),
        (
            "steps {",
            "input { message 'Go?'; submiter 'a' }\n steps {",
            "5: `input` cannot hold `submiter`; it may hold:",
        ),
        ("steps {", "options { timeOut(time: 1) }\n steps {", "5: `options` cannot hold `timeOut`; it may hold: lock,"),
        ("steps {", "post { allways { sh 'a' } }\n steps {", "5: `post` cannot hold `allways`; it may hold: aborted,"),
        ("steps {", "post { always { } }\n steps {", "5: `always` is empty."),
        ("steps {", "environment { sh 'a' }\n steps {", "5: The environment holds nothing but NAME = value."),
        (
            "steps {",
            "stages { }\n steps {",
            "4: The stage 'Lint' needs exactly one of matrix, parallel, stages, steps; it",
        ),
        (
            "    stages {",
            "    triggers { push() }\n    stages {",
            "3: `triggers` cannot hold `push`; it may hold: cron,",
        ),
        ("pipeline {", "node {", "1: There must be one pipeline, not 0."),
    ],
)
def test_what_jenkins_would_refuse_is_named_with_its_line(findings, former, latter, finding):
    assert SMALL.count(former) == 1
    said = findings(SMALL.replace(former, latter))
    assert [line for line in said if line.startswith(finding)] != [], said


def test_two_stages_of_one_name_are_refused(findings):
    stage = SMALL[SMALL.index("        stage(") : SMALL.index("    }\n}\n")]
    assert findings(SMALL.replace(stage, stage + stage)) == ["3: Several stages are called 'Lint'."]


def test_what_jenkins_takes_passes(findings):
    taken = """\
// A comment.
def version
pipeline {
    agent { label 'a' } // where
    options { timestamps(); buildDiscarder(logRotator(numToKeepStr: '10')) }
    triggers { cron('H 4 * * *') }
    stages {
        stage("First") {
            when { allOf { branch 'main'; not { changeRequest() } } }
            environment { NAME = "${env.BUILD_TAG}" }
            parallel {
                stage('a') { steps { echo 'a' } }
                stage('b') {
                    steps {
                        timeout(time: 5, unit: 'MINUTES') { sh 'b' }
                        script {
                            if (version) { sh "c ${version}" } else { version = [1, 2].collect { it -> it + 1 } }
                        }
                    }
                }
            }
        }
    }
    post { always { deleteDir() } }
}
"""
    assert findings(SMALL) == []
    assert findings(taken) == []


def test_a_file_that_is_not_there_is_an_error_of_its_own(tmp_path):
    done = subprocess.run(
        [PYTHON, "-m", "local.infra.jenkinsfile", str(tmp_path / "none")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
