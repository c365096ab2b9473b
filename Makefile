# The front door. People and CI call these targets and nothing else, so that versions never drift.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
DATA ?=
# How many tests run side by side; a file's tests stay together.
JOBS ?= 2

BIN := .venv/bin
VENDOR := gardefou/app/static/vendor
# What running needs; tests and checks need more.
RUNTIME := .venv/.runs
ENVIRONMENT := .venv/.installed
ASSETS := $(VENDOR)/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export FULL
# Tests start this program as a process again and again; each start would compile all that it imports once more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: $(ENVIRONMENT) $(ASSETS) ## Make the environment in .venv and the browser's assets; instant when nothing changed

$(ENVIRONMENT): pyproject.toml constraints.txt scripts/python-environment
	@scripts/python-environment $(PYTHON) dev
	@touch $(RUNTIME) $@

$(RUNTIME): pyproject.toml constraints.txt scripts/python-environment
	@scripts/python-environment $(PYTHON)
	@touch $@

$(ASSETS): package.json package-lock.json scripts/browser-assets scripts/build-assets
	@scripts/browser-assets
	@mkdir -p $(VENDOR) && touch $@

.PHONY: run
run: $(RUNTIME) $(ASSETS) ## Serve the demonstration on http://localhost:8000 (PORT=8123 DATA=folder)
	@exec $(BIN)/gardefou demo --port $(PORT) $(if $(DATA),--data "$(DATA)")

.PHONY: test
test: install ## Run every test, on SQLite and PostgreSQL, with a real browser (FULL=1 adds the long suites)
	@scripts/system-packages
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile

.PHONY: check
check: install ## Style, types, import contracts, migrations, translations, the table of routes
	@scripts/check

.PHONY: format
format: install ## Put the code in the house's form
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

.PHONY: bench
bench: install ## Measure each claim about speed, as a ratio to a floor of the same run (FULL=1 for the full sizes)
	@scripts/system-packages postgresql
	@$(BIN)/python -m bench

.PHONY: promises
promises: install ## List each promise with its tests, and those still without
	@$(BIN)/python -m scripts.promises

.PHONY: routes
routes: install ## Write docs/routes.md, the table of every address and who comes through
	@$(BIN)/python -m scripts.routes

.PHONY: screenshots
screenshots: install ## Take the pictures in docs/screenshots from the running demonstration
	@scripts/system-packages chromium emoji
	@$(BIN)/python -m scripts.screenshots

.PHONY: clean
clean: ## Remove everything that make made
	rm -rf .venv node_modules $(VENDOR) build dist *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
