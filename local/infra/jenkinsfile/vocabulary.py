"""The words of a declarative pipeline. https://www.jenkins.io/doc/book/pipeline/syntax/"""

PIPELINE = frozenset(
    {"agent", "environment", "libraries", "options", "parameters", "post", "stages", "tools", "triggers"}
)
BODIES = frozenset({"matrix", "parallel", "stages", "steps"})
"""What a stage does; each has exactly one of them."""
STAGE = BODIES | {"agent", "environment", "failFast", "input", "options", "post", "tools", "when"}
AGENT_WORDS = frozenset({"any", "none"})
AGENTS = frozenset({"docker", "dockerfile", "kubernetes", "label", "node"})
POST = frozenset(
    {
        "aborted",
        "always",
        "changed",
        "cleanup",
        "failure",
        "fixed",
        "notBuilt",
        "regression",
        "success",
        "unstable",
        "unsuccessful",
    }
)
ORDER = frozenset({"beforeAgent", "beforeInput", "beforeOptions"})
"""Of `when`: not conditions, but when they are looked at."""
NESTED_CONDITIONS = frozenset({"allOf", "anyOf", "not"})
CONDITIONS = NESTED_CONDITIONS | {
    "branch",
    "buildingTag",
    "changeRequest",
    "changelog",
    "changeset",
    "environment",
    "equals",
    "expression",
    "tag",
    "triggeredBy",
}
INPUT = frozenset({"id", "message", "ok", "parameters", "submitter", "submitterParameter"})
TRIGGERS = frozenset({"cron", "githubPush", "pollSCM", "upstream"})
# `lock` is of the plugin Lockable Resources.
STAGE_OPTIONS = frozenset({"lock", "retry", "skipDefaultCheckout", "timeout", "timestamps"})
PIPELINE_OPTIONS = STAGE_OPTIONS | {
    "buildDiscarder",
    "checkoutToSubdirectory",
    "disableConcurrentBuilds",
    "disableRestartFromStage",
    "disableResume",
    "durabilityHint",
    "newContainerPerStage",
    "overrideIndexTriggers",
    "parallelsAlwaysFailFast",
    "preserveStashes",
    "quietPeriod",
    "skipStagesAfterUnstable",
}
