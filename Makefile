# Two commands matter: `make plan` and `make test`. Each sets up what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup browser plan map test check lint clean requirements

BIN := .venv/bin
READY := .venv/.ready
RUN := runs/china-2030
UV ?= uv

help:
	@echo 'make plan          set up, then plan scenarios/china-2030.yaml into $(RUN)'
	@echo 'make map           draw the map of that run again'
	@echo 'make test          set up, then everything: lint, types, all tests, browser pages'
	@echo 'make check         lint, types and the fast tests'
	@echo 'make setup         the environment in .venv (Python 3.11 or newer; PYTHON=... to choose one)'
	@echo 'make browser       find or install a Chromium for the page tests'
	@echo 'make requirements  resolve requirements*.in again (needs uv)'
	@echo 'make clean         remove .venv and caches; runs/ stays'

# The first Python that is new enough and can make an environment.
define FIND_PYTHON
for name in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	if "$$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		found="$$name"; break; \
	fi; \
done; \
if [ -z "$${found:-}" ]; then \
	echo "No Python 3.11 or newer with the modules venv and ensurepip was found" \
		"(python3 here: $$(python3 --version 2>&1 || true))." \
		"Install one (on Debian or Ubuntu also the package python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
	exit 1; \
fi
endef

$(READY): requirements.txt pyproject.toml
	@$(FIND_PYTHON); echo "setting up .venv with $$("$$found" --version)"; "$$found" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

setup: $(READY)

browser: $(READY)
	@$(BIN)/python -m tests.browser

plan: $(READY)
	$(BIN)/siting plan scenarios/china-2030-quick.yaml --out $(RUN) --force

map: $(READY)
	$(BIN)/siting map $(RUN)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint
	$(BIN)/pytest -q -n 2 -m "not slow and not browser"

test: lint browser
	$(BIN)/pytest -q -n 2

requirements:
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in \
		--output-file requirements.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist test-artefacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
