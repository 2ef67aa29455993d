# Dawen: `make run` sets everything up and serves; `make help` lists the rest.
# Each target installs what it needs, once; a second call only does what changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
HOST ?= 127.0.0.1
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
  $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$((cores > 4 ? 4 : cores)))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CATALOGS := $(patsubst %.po,%.mo,$(wildcard translations/*/*/LC_MESSAGES/*.po))
PYTEST := $(BIN)/python -m pytest -q

RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

.PHONY: help run install translations test e2e test-load test-postgres lint format types \
	check bench model clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## Set up, build the index and serve on http://127.0.0.1:8000 (PORT=… changes it)
	@$(BIN)/flask db upgrade
	@$(BIN)/flask index build
	@$(BIN)/flask serve --host $(HOST) --port $(PORT)

install: $(RUNTIME) $(CATALOGS) ## Make the virtual environment and compile the translations

translations: $(CATALOGS) ## Compile the interface translations that changed

test: $(DEVELOPMENT) $(CATALOGS) ## Run the tests (all but browser, load and PostgreSQL)
	$(PYTEST) -n $(WORKERS) --dist worksteal $(ARGS)

e2e: $(DEVELOPMENT) $(CATALOGS) ## Drive the site in headless Chromium, in both languages
	$(PYTEST) -m e2e tests/e2e $(ARGS)

test-load: $(DEVELOPMENT) $(CATALOGS) ## Play days of traffic and many clients at once
	$(PYTEST) -m load $(ARGS)

test-postgres: $(DEVELOPMENT) $(CATALOGS) ## Run the same tests on a real PostgreSQL
	DAWEN_TEST_DATABASE=postgres $(PYTEST) -n $(WORKERS) --dist worksteal -m 'not e2e and not load' $(ARGS)

lint: $(DEVELOPMENT) ## Check style with ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEVELOPMENT) ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEVELOPMENT) ## Check types with mypy, strictly
	$(BIN)/mypy

check: lint types test ## Lint, types and tests

bench: $(DEVELOPMENT) $(CATALOGS) ## Measure speed and quality (ARGS are handed on)
	$(BIN)/python -m benchmarks $(ARGS)

model: $(VENV)/.training ## Make the embedding model again (see training/)
	$(BIN)/python -m training $(ARGS)

clean: ## Remove caches, the virtual environment and compiled translations; var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	rm -f $(CATALOGS)

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Dawen needs Python 3.11 or newer. On Debian or Ubuntu: sudo apt install python3"; exit 1; fi
	@echo "Making the virtual environment $(VENV) …"
	@if $(PYTHON) -m venv $(VENV) >/dev/null 2>&1; then :; \
	elif rm -rf $(VENV) && $(PYTHON) -m venv --without-pip $(VENV) \
	  && $(PYTHON) -m pip --python $(VENV) install --quiet pip; then :; \
	else rm -rf $(VENV); \
	  echo "Python's venv module is not complete. On Debian or Ubuntu: sudo apt install python3-venv"; \
	  exit 1; fi

$(RUNTIME): requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what the site needs …"
	@$(PIP) install -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing what the tests need …"
	@$(PIP) install -r requirements-dev.txt
	@touch $@

$(VENV)/.training: requirements-training.txt $(RUNTIME)
	@echo "Installing what training needs …"
	@$(PIP) install -r requirements-training.txt
	@touch $@
