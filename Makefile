# `make run` and `make test` do all set-up themselves; they need Python 3.11 or newer, and make.
.DEFAULT_GOAL := help
.PHONY: help run test fuzz faults audit check format coverage picture bench clean

# Bytecode is kept wherever this runs: a start without it takes a fifth longer, and the tests start many.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# What is installed, as files that are newer than what asked for it: then a second run starts at once.
RUNTIME := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
AUDIT := $(VENV)/.installed-audit

# The first Python that is new enough. Another one: make run PYTHON=/path/to/python3.12
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

define make_venv
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Mentor needs Python 3.11 or newer. Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12' >&2; \
		exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		echo 'Making $(VENV) and installing what Mentor stands on; this is done once.'; \
		$(PYTHON) -m venv --clear $(VENV); }
endef

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME)  ## Start Mentor: in Slack with tokens, else in the playground
	@$(BIN)/mentor run

# The bytecode is kept whatever the environment says: else each process would write all assertions anew, six seconds of its time.
test: $(DEV)  ## Run all tests, in a few more processes than there are cores
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist loadgroup

# MENTOR_TEST_POSTGRES_URL in the environment names a PostgreSQL server to use, here and below, instead of one that is started.

# The seed of a report does the same again: make fuzz SEED=12345 RUNS=1
SEED ?= $(shell od -An -N4 -tu4 /dev/urandom)
RUNS ?= 10

fuzz: $(DEV)  ## Send 200,200 changed payloads to the bot, by new seeds
	@MENTOR_FUZZ_SEED=$(strip $(SEED)) MENTOR_FUZZ_RUNS=$(RUNS) $(BIN)/python -m pytest tests/fuzz --numprocesses auto

# It asks PyPI, so it is no part of `make test`. --strict: what could not be looked up is no clean bill of health.
audit: $(AUDIT)  ## Ask PyPI for known weaknesses of what is pinned (needs the network)
	@$(BIN)/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

check: $(DEV)  ## Check format, lint, types and the import floors
	@$(BIN)/ruff format --check --quiet --diff .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(DEV)  ## Format the code, and mend what ruff can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

faults: $(DEV)  ## Let everything go wrong, at every step, on both databases; ends with a table (about half an hour)
	@MENTOR_FAULTS=all $(BIN)/python -m pytest tests/faults tests/journeys --numprocesses auto --dist loadgroup -o faulthandler_timeout=2400

coverage: $(DEV)  ## Measure which branches the tests reach
	@$(BIN)/python -m pytest --numprocesses auto --dist loadgroup --cov --cov-report=
	@$(BIN)/coverage report --omit='mentoring/*' --fail-under=95
	@$(BIN)/coverage report --include='mentoring/*' --fail-under=100

picture: $(DEV)  ## Make the README's picture of the page anew
	@$(BIN)/python -m docs.make_picture

bench: $(DEV)  ## Measure everything, and write it to docs/performance.md (about seven minutes; let nothing else run)
	@$(BIN)/python -m benchmarks.page

clean:  ## Remove what was built and installed; data/ and .env stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* htmlcov

$(RUNTIME): pyproject.toml constraints.txt
	$(make_venv)
	@$(PIP) --editable .
	@touch $@

$(DEV): pyproject.toml constraints.txt
	$(make_venv)
	@$(PIP) --editable '.[dev]'
	@touch $(RUNTIME) $@

$(AUDIT): pyproject.toml constraints.txt
	$(make_venv)
	@$(PIP) --editable '.[audit]'
	@touch $(RUNTIME) $@
