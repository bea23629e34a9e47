# Everything a newcomer needs: `make demo` and `make test` set themselves up; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed
HALF_MADE := $(VENV)/.half-made
WORKERS ?= 2

export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help install demo test slow lint check format bench lock clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do printf '  %-8s %s\n' "$$name" "$$text"; done

install: $(STAMP) ## Make .venv with the locked packages (the other targets call it when it is missing or stale)

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "weibo-ops needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one: make PYTHON=/path/to/python3.11 $(or $(MAKECMDGOALS),install)" >&2; exit 1; }
	@if [ -e $(HALF_MADE) ] || ! $(RUN) -m pip --version >/dev/null 2>&1; then \
	  echo "Making $(VENV) (one or two minutes)"; $(PYTHON) -m venv --clear $(VENV); fi
	@rm -f $(STAMP); touch $(HALF_MADE)
	@$(RUN) -m pip install -qq --progress-bar off --require-hashes -r requirements/dev.txt
	@$(RUN) -m pip install -qq --no-deps --no-build-isolation -e .
	@rm $(HALF_MADE); touch $(STAMP)

demo: install ## Import an invented city, check, score, measure, evaluate, report; on a terminal open the screens
	$(VENV)/bin/weibo-ops --home demo-home demo

test: install ## Run the fast tests
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal -q -m "not slow"

slow: install ## Run the slow tests (wheel, killed processes, servers)
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal -q -m slow

lint: install ## Check style and import direction
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports

check: lint ## Check style, import direction and types
	$(RUN) -m mypy

format: install ## Sort imports and lay out the code
	$(RUN) -m ruff check --select I --fix .
	$(RUN) -m ruff format .

bench: install ## Run every benchmark (figures go to the terminal, never into a test)
	@set -e; for file in benchmarks/bench_*.py; do echo "== $$file"; $(RUN) "$$file"; done

COMPILE = $(RUN) -m uv pip compile --quiet pyproject.toml --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-header --universal --python-version 3.11

lock: install ## Write requirements/*.txt from pyproject.toml (UPGRADE=--upgrade takes newer releases)
	$(COMPILE) $(UPGRADE) -o requirements/base.txt
	$(COMPILE) $(UPGRADE) -c requirements/base.txt --extra postgres --extra lake --extra train --group dev \
	  -o requirements/dev.txt

clean: ## Remove what the other targets made
	rm -rf $(VENV) demo-home dist build .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
