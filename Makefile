# Python 3.11 or newer and make are all that is needed; everything goes into .venv and out.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# Bytecode is kept: without it every process that a test starts would compile nurie anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test suite lint format reference bench films clean

help: ## Say what there is.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/runtime.stamp ## Colour the examples into out/demo.
	@mkdir -p out/demo
	$(BIN)/nurie color examples/*.png -o out/demo/ --force
	@echo "The coloured drawings are in $(CURDIR)/out/demo"
	@echo "To colour with a brush: $(BIN)/nurie studio examples"

test: $(VENV)/dev.stamp ## Run everything that the continuous integration runs.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint suite

suite: $(VENV)/dev.stamp ## Run the tests alone.
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/dev.stamp ## Check style, types and the import contract.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p nurie -p nurie_lab
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp ## Bring the code into shape.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: $(VENV)/dev.stamp ## Write docs/reference from the command line's help and the API's description.
	$(BIN)/python tests/house/cli_reference.py
	$(BIN)/python tests/house/api_reference.py

bench: $(VENV)/bench.stamp ## Measure speed and memory beside G'MIC (minutes).
	$(BIN)/python -m nurie_lab.bench.studies speed -o out

films: $(VENV)/dev.stamp ## Measure films and books anew, their table and pictures too; FILMS: folders of painted ones.
	$(PIP) -e 'lab[people]'
	$(BIN)/python -m nurie_lab.bench.studies films $(FILMS) -o results --repeats 4
	$(BIN)/python -m nurie_lab.bench.studies books -o results --repeats 4
	$(BIN)/python examples/film.py
	$(BIN)/python examples/film.py --table

clean: ## Remove what make made.
	rm -rf $(VENV) out build dist

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "nurie needs Python 3.11 or newer; say which with make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: $(VENV)/pyvenv.cfg pyproject.toml lab/pyproject.toml constraints.txt
	$(PIP) -e '.[studio]'
	@touch $@

$(VENV)/dev.stamp: $(VENV)/pyvenv.cfg pyproject.toml lab/pyproject.toml constraints.txt
	$(PIP) -e '.[studio,dev]' -e lab
	@touch $@ $(VENV)/runtime.stamp

$(VENV)/bench.stamp: $(VENV)/runtime.stamp
	$(PIP) -e '.[studio]' -e 'lab[bench]'
	@touch $@
