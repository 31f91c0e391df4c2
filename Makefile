# Everything here runs on an ordinary machine without a GPU. PYTHON names the interpreter that makes the environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint format clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(STAMP)  ## create .venv with docgen and everything it can use, at the tested versions

$(STAMP): pyproject.toml constraints.txt
	@echo "venv: installing docgen[llm,dev] into $(VENV) at the tested versions (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e ".[llm,dev]"
	@touch $(STAMP)

demo: $(STAMP)  ## train, write, check and score on a small example, start to finish
	@echo "demo: running demo/demo.sh with $(VENV)"
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash demo/demo.sh

# One thread a worker: torch in every pytest worker would otherwise take all cores for itself. No test may reach a hub.
test: export OMP_NUM_THREADS = 1
test: export TOKENIZERS_PARALLELISM = false
test: export HF_HUB_OFFLINE = 1
test: export HF_HUB_DISABLE_TELEMETRY = 1
test: lint  ## lint, then run every test
	@echo "test: running pytest on all cores"
	@$(BIN)/python -m pytest -n auto --dist loadfile -q

lint: $(STAMP)  ## ruff (rules and format) and mypy
	@echo "lint: ruff check, ruff format --check, mypy"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(STAMP)  ## mend what ruff can mend, and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:  ## remove .venv, caches and build outputs
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
