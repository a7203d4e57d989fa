# Paraph: install, run, test and check. `make` alone lists the targets.
#
# Everything needs Python 3.11 or newer; `lint`, `interop`, `pages` and `e2e` also need npm, `e2e` Chromium.
# Another interpreter: make PYTHON=python3.13 install

PYTHON ?= python3
BIN := .venv/bin
# The locks are complete; resolving them again makes pip stumble over extras
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links $(UPGRADE)
LOCKS := requirements/dev requirements/local requirements/runtime requirements/checkov requirements/sam requirements/peers \
	layers/dependencies/requirements layers/pdf/requirements layers/passkeys/requirements
SOURCES := $(wildcard layers/paraph/paraph functions cli local pages/eideasy tests bench examples)
# Contract tests that start the emulator, which takes its time; they run beside the others
ON_THE_STACK := tests/contract/test_emulator.py tests/contract/test_embedded_stack.py
# What sam asks for before it reads a template; it calls nobody
NO_ACCOUNT := AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-central-1 SAM_CLI_TELEMETRY=0

.DEFAULT_GOAL := help
.PHONY: help install up down reset demo test test-parts test-stack lint interop pages e2e bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## install the project and the emulator, each in its own virtual environment
	@$(MAKE) --no-print-directory --silent -j 2 .venv/installed .venv-local/installed

up: install ## start the embedded stack, or bring it to the present sources [PORT=4566 TIME_SCALE=0.1]
	@$(BIN)/paraph local up $(PORT:%=--port %) $(TIME_SCALE:%=--time-scale %)

down: ## stop the embedded stack
	@test ! -e .venv/installed || $(BIN)/paraph local down

reset: install ## empty the embedded stack: deployments, objects, keys
	@$(BIN)/paraph local reset

demo: install ## sign a PDF and show what happened [METHOD=adss|otp|ras|csc|eideasy|all HUB=embedded|signinghub]
	@$(BIN)/python -m local.demo $(METHOD:%=--method %) $(HUB:%=--hub %)

test: install ## run all tests that need nothing but Python [ARGS="-k fill"]
ifdef ARGS
	$(BIN)/python -m pytest --ignore tests/interop --ignore tests/e2e $(ARGS)
else
	@$(MAKE) --no-print-directory -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) test-parts test-stack
endif

test-parts:
	$(BIN)/python -m pytest tests/unit tests/statemachine tests/contract $(ON_THE_STACK:%=--ignore %)

test-stack:
	$(BIN)/python -m pytest tests/integration $(ON_THE_STACK)

lint: install .local/checkov/installed .local/sam/installed .local/npm/installed ## run all static checks
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/cfn-lint template.yaml
	$(NO_ACCOUNT) .local/sam/bin/sam validate --lint --template template.yaml
	.local/checkov/bin/checkov --config-file .checkov.yaml
	.local/npm/node_modules/.bin/asl-validator $(patsubst %,--json-path %,$(wildcard statemachine/*.asl.json))

interop: install .local/peers/installed .local/npm/installed ## let programs nobody here wrote judge our signatures; needs npm
	$(BIN)/python -m pytest tests/interop $(ARGS)

pages: ## fetch eID Easy's widget for the signatory's page; needs npm
	@$(PYTHON) pages/eideasy/fetch.py

e2e: install pages .local/npm/installed ## use both pages as people do, in Chromium [ARGS="-k keyboard"]
	$(BIN)/python -m pytest tests/e2e $(ARGS)

bench: install ## measure speed against a floor and against peers
	$(BIN)/python -m bench $(ARGS)

lock: .venv/installed ## renew the lock files from the .in files [UPGRADE=--upgrade]
	for lock in $(LOCKS); do $(COMPILE) $$lock.in --output-file $$lock.txt || exit 1; done
	cd requirements/npm && npm install --package-lock-only --ignore-scripts

clean: down ## remove all that was installed and built here
	rm -rf .venv .venv-local .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .aws-sam \
		layers/paraph/paraph/api/signatory/vendored

.venv/installed: requirements/dev.txt pyproject.toml
	@echo "Installing the project into .venv (about a minute)"
	$(PYTHON) -m venv .venv
	$(BIN)/python $(INSTALL) requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv-local/installed: requirements/local.txt
	@echo "Installing the emulator into .venv-local"
	$(PYTHON) -m venv .venv-local
	.venv-local/bin/python $(INSTALL) requirements/local.txt
	@touch $@

.local/checkov/installed .local/sam/installed .local/peers/installed: .local/%/installed: requirements/%.txt
	@echo "Installing $* into .local/$*"
	$(PYTHON) -m venv .local/$*
	.local/$*/bin/python $(INSTALL) requirements/$*.txt
	@touch $@

.local/npm/installed: requirements/npm/package.json requirements/npm/package-lock.json
	mkdir -p .local/npm
	cp requirements/npm/package.json requirements/npm/package-lock.json .local/npm/
	npm ci --prefix .local/npm --ignore-scripts --no-audit --no-fund --silent
	@touch $@
