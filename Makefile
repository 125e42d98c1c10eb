# `make run` opens the app, `make test` checks everything; both make the environment in .venv first.
# A machine that wants a CPU-only torch, or another package index, says so once:
#   make PIP_ARGS="--index-url URL" test
PYTHON ?= python3
PIP_ARGS ?=
ARGS ?=

BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: run test test-long bench snapshots screenshots

run: $(STAMP)
	@$(BIN)/gendertui $(ARGS)

# Four processes on two cores, too: a third of the time the tests wait for processes that they started.
test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4 --dist loadgroup

# What they measure is compared with yardsticks or is memory, so that they may run beside one another; -raP prints what
# the passed ones found.
test-long: $(STAMP)
	$(BIN)/pytest -m long -n 3 --dist loadgroup --hypothesis-profile default --timeout 3600 --durations 30 -raP

bench: $(STAMP)
	$(BIN)/pytest -m bench -s tests/benchmarks --timeout 3600

# Look at every changed picture before committing it.
snapshots: $(STAMP)
	$(BIN)/pytest tests/tui --snapshot-update

screenshots: $(STAMP)
	$(BIN)/python -m screenshots.make

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("gendertui needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable '.[glove,dev]'
	touch $@
