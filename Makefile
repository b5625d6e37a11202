# `make` alone lists what there is. A fresh machine needs python3 (3.11 or later, with venv), git and make.

.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= ./qldb-data
BENCH ?=
SUITES ?=
DOCS_PORT ?= 8001
# One more than there are processors, for some tests wait.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

BIN := .venv/bin
COMPAT_BIN := .venv-compat/bin
LATEST_BIN := .venv-compat-latest/bin
CLI_BIN := .venv-compat-cli/bin

# Stamps: an environment is made once, and brought up to date when the files that describe it change.
SERVER := .venv/.server-installed
SANDBOX := .venv/.sandbox-installed
TOOLS := .venv/.tools-installed
COMPAT := .venv-compat/.installed
TESTING := .venv-compat-testing/.installed
LATEST := .venv-compat-latest/.installed
CLI := .venv-compat-cli/.installed

.PHONY: help setup run sandbox demo test test-unit test-process test-ion-0.9 test-elsewhere compat conformance check format docs docs-serve docker-steps bench clean

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-zA-Z0-9_.-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: $(SERVER) ## Install the server into .venv

run: $(SERVER) ## Serve on http://127.0.0.1:8000 (PORT=, HOST=, DATA_DIR= change that)
	@exec $(BIN)/qldb-emulator serve --host $(HOST) --port $(PORT) --data-dir $(DATA_DIR)

sandbox: $(SANDBOX) ## Serve with S3, Kinesis, IAM and the other services of a tutorial beside the ledgers
	@exec $(BIN)/qldb-emulator serve --sandbox --host $(HOST) --port $(PORT) --data-dir $(DATA_DIR)

demo: $(SERVER) $(COMPAT) ## Play the tutorial with pyqldb against a throw-away server, step by step
	PYTHONPATH=compat $(COMPAT_BIN)/python compat/python/demo.py

test: test-unit test-process test-ion-0.9 compat ## Install what is needed and run every test

test-unit: $(TOOLS) ## Run the quick ones of the project's own tests, in about a minute
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m 'not process'

test-process: $(TOOLS) ## Run those that start processes: the command, kills, the programs of the documentation
	$(BIN)/python -m pytest -n auto --dist worksteal -m process

test-ion-0.9: $(COMPAT) ## Run the Ion tests on the amazon.ion that pyqldb pins
	PYTHONPATH=. $(COMPAT_BIN)/python -m pytest -n auto --confcutdir=tests/ion tests/ion

test-elsewhere: $(TOOLS) ## Run the quick tests on newer Pythons, where there are some, and on the oldest libraries
	@$(BIN)/python -m tests.elsewhere $(WORKERS)

compat: $(SERVER) ## Run every official client against real server processes (SUITES="go python" picks)
	@$(BIN)/python compat/run.py $(SUITES)

conformance: $(TOOLS) ## Run PartiQL's conformance tests (SUITE= is a checkout of partiql/partiql-tests)
	PARTIQL_TESTS='$(abspath $(SUITE))' $(BIN)/python -m pytest tests/partiql/conformance

check: $(TOOLS) ## Check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(TOOLS) ## Format the code and fix what lint can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(TOOLS) ## Build the documentation's site into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

docs-serve: $(TOOLS) ## Show the documentation's site on http://127.0.0.1:8001, as its pages change (DOCS_PORT=)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve --strict --dev-addr 127.0.0.1:$(DOCS_PORT)

docker-steps: $(TOOLS) ## Build and start the image without an engine, and say how each step was verified (needs root)
	@$(BIN)/python -m tests.image.replay

bench: $(TOOLS) $(COMPAT) $(TESTING) ## Measure, each figure beside its floor (BENCH= passes options)
	$(BIN)/python -m bench $(BENCH)

clean: ## Remove the environments and caches, never the data
	rm -rf .venv .venv-* build/site compat/node/node_modules compat/java/target compat/.logs .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python .venv-compat/bin/python .venv-compat-latest/bin/python .venv-compat-qldbshell/bin/python \
  .venv-compat-awscli/bin/python .venv-compat-cli/bin/python .venv-compat-testing/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or later is needed, and $(PYTHON) is not that. Name one: make PYTHON=python3.12 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(patsubst %/bin/python,%,$@)

$(SERVER): .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[shell]' -c constraints.txt
	@touch $@

$(SANDBOX): $(SERVER)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sandbox]' -c constraints.txt
	@touch $@

$(TOOLS): $(SERVER)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,dev,sandbox,shell,docs,containers]' -c constraints.txt
	@touch $@

$(COMPAT): .venv-compat/bin/python compat/python/requirements.txt
	$(COMPAT_BIN)/python -m pip install --quiet --disable-pip-version-check -r compat/python/requirements.txt
	@touch $@

.venv-compat-awscli/.installed: .venv-compat-awscli/bin/python compat/awscli/requirements.txt
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r compat/awscli/requirements.txt
	@touch $@

# Without its own requirements, which are for Pythons of its time.
.venv-compat-qldbshell/.installed: .venv-compat-qldbshell/bin/python compat/qldbshell/requirements.txt
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r compat/qldbshell/requirements.txt
	@touch $@

# The emulator beside pyqldb, as in the environment of a project that tests with it: on the Ion library that pyqldb pins.
$(TESTING): .venv-compat-testing/bin/python compat/testing/requirements.txt pyproject.toml constraints.txt
	sed -E '/^(amazon\.ion|wrapt)==/d' constraints.txt > $(@D)/constraints.txt
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r compat/testing/requirements.txt -e '.[test,sandbox]' -c $(@D)/constraints.txt
	@touch $@

$(LATEST): .venv-compat-latest/bin/python compat/python-latest/requirements.txt
	$(LATEST_BIN)/python -m pip install --quiet --disable-pip-version-check -r compat/python-latest/requirements.txt
	@touch $@

$(CLI): .venv-compat-cli/bin/python compat/cli/requirements.txt
	$(CLI_BIN)/python -m pip install --quiet --disable-pip-version-check -r compat/cli/requirements.txt
	@touch $@
