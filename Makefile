# Everything works from a fresh clone with Python 3.11+ and make; `make demo` and `make test` set up .venv themselves.
VENV := .venv
ifeq ($(OS),Windows_NT)
  PYTHON ?= python
  BIN := $(VENV)/Scripts
else
  PYTHON ?= python3
  BIN := $(VENV)/bin
endif
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
# On Linux the plain wheel brings CUDA along: there only a build for the processor will do.
CPU_ONLY = --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu
TORCH = $(if $(filter Linux,$(shell uname -s)),$(CPU_ONLY),torch)

.PHONY: demo test warm compat extras one-by-one lint bench verify docs clean

demo: $(STAMP)
	$(BIN)/noisytm bound detectA --steps 4 --explain
	@echo
	$(BIN)/noisytm bound detectA --steps 4 --json > $(VENV)/detectA.json
	$(BIN)/noisytm verify $(VENV)/detectA.json --full
	@echo
	$(BIN)/noisytm report $(VENV)/detectA.json --output $(VENV)/report.html
	@echo "Open $(VENV)/report.html in a browser: the machine, its learning coefficient and the certificate on one page."

# Translated once, the sources are read by some hundred processes: __pycache__ is wanted, whatever the environment says.
test verify: export PYTHONDONTWRITEBYTECODE =

# Compiling what the tests share goes on beside the lint, which keeps one core busy.
test: $(STAMP)
	$(MAKE) -j2 lint warm
	$(BIN)/python -m pytest -q -n auto --dist worksteal --maxprocesses 4

warm: $(STAMP)
	$(BIN)/python tests/shared/warm_up.py

# What users install, with the newest and with the lowest allowed versions, away from this folder.
compat: $(STAMP)
	$(PIP) uv
	$(BIN)/python tests/shared/environments.py

# What cannot be had is said, and the tests that need it are listed as skipped. The slower ones go along.
extras: $(STAMP)
	@$(PIP) -e '.[sampling,dask,parquet,bench,docs]' || $(MAKE) one-by-one
	@$(PIP) $(TORCH) || echo "extras: going on without torch"
	$(BIN)/python -m pytest -q -m 'extras or slow' -n auto --dist worksteal --maxprocesses 4 tests

# Where one of them cannot be had.
one-by-one: $(STAMP)
	@$(PIP) -e '.[sampling]' || echo "extras: going on without nutpie and arviz-stats"
	@$(PIP) -e '.[dask]' || echo "extras: going on without dask"
	@$(PIP) -e '.[parquet]' || echo "extras: going on without pyarrow"
	@$(PIP) -e '.[bench]' || echo "extras: going on without jax, automata-lib and emcee"
	@$(PIP) -e '.[docs]' || echo "extras: going on without what makes the site"

docs: $(STAMP)
	$(PIP) -e '.[docs]'
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs $(VENV)/site
	@echo "docs: open $(VENV)/site/index.html"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The peers are optional: where one cannot be installed the benchmark says so and goes on without.
bench: $(STAMP)
	$(PIP) -e '.[plot]'
	-$(PIP) -e '.[bench]'
	-$(PIP) -e '.[sampling]'
	-$(PIP) $(TORCH)
	$(BIN)/python benchmarks

verify: $(STAMP)
	$(BIN)/python verification
	$(BIN)/python tests/shared/warm_up.py
	$(BIN)/python -m pytest -q -m 'sweep or long or hypothesis' --all-seeds -n auto --dist worksteal --maxprocesses 4 tests
	@$(PIP) $(TORCH) || echo "verify: going on without torch"
	$(BIN)/python -m pytest -q -m 'extras and long' --all-seeds -n auto --dist worksteal --maxprocesses 4 tests/extras

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit('noisytm needs Python 3.11 or newer, not ' + sys.version.split()[0] + '; name one: make PYTHON=python3.12') if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[dev]'
	@$(BIN)/python -c "open('$(STAMP)', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; shutil.rmtree('$(VENV)', ignore_errors=True)"
