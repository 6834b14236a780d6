# Everything starts here: `make demo` shows what stance does, `make test` checks that it works.
PYTHON ?= python3
VENV ?= .venv
# Options for pip: on Linux the plain build of PyTorch brings gigabytes of CUDA libraries; those
# who want its CPU build name that index here: make demo PIP_OPTIONS="--extra-index-url URL"
PIP_OPTIONS ?=
BIN := $(VENV)/bin
NEWS := outlets_2024 wikinews reuters_1987 state_department
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet $(PIP_OPTIONS) -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint types docs models reproduce clean

help:  ## Show these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) -e '.[dev]'
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(PIP) -e '.[docs]'
	@touch $@

$(VENV)/.installed-large: $(VENV)/.installed
	$(PIP) -e '.[large]'
	@touch $@

install: $(VENV)/.installed  ## Make .venv and install stance into it

demo: $(VENV)/.installed  ## Train both models, evaluate them, score the five articles into build/, with a page
	$(BIN)/python -m stance.demo --out build

test: $(VENV)/.installed-dev  ## Run the tests (under 10 minutes)
	$(BIN)/python -m pytest -m "not slow"

lint: $(VENV)/.installed-dev  ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev  ## Check types
	$(BIN)/mypy

check: lint types test $(VENV)/.installed-large  ## Everything: style, types, tests, slow tests (under 60 minutes)
	$(BIN)/python -m pytest -m slow

docs: $(VENV)/.installed-docs  ## Write the reference pages anew and build the documentation into site/
	$(BIN)/python scripts/reference.py
	$(BIN)/zensical build --clean --strict

models: $(VENV)/.installed-large  ## Train the shipped models again, into build/models: make models CORPUS=DIR [DATA=FILE]
	@test -d "$(CORPUS)" || { echo "CORPUS=DIR: the folder of the corpora that data/README.md names"; exit 2; }
	$(BIN)/stance data join data/standoff/*.jsonl --corpus $(CORPUS) --out build/standoff.jsonl
	$(BIN)/stance train configs/all-baseline.yaml --out build/models/baseline --force
	$(BIN)/stance train configs/all-transformer-large.yaml --out build/models/transformer-large --force
	mkdir -p build/found
	for one in $(NEWS); do $(BIN)/stance score $(CORPUS)/$$one.jsonl --model baseline --out build/found/$$one.jsonl; \
		case $$? in 0|5) ;; *) exit 1;; esac; done
	$(BIN)/stance data pool build/standoff.jsonl data/authored/statements.jsonl $(NEWS:%=build/found/%.jsonl) \
		$(if $(DATA),--apart $(DATA)) --out build/pool.jsonl
	$(BIN)/stance predict --model build/models/transformer-large --data build/pool.jsonl --out build/taught.jsonl
	$(BIN)/stance train configs/all-transformer.yaml --out build/models/transformer-32 --force
	$(BIN)/stance models export build/models/transformer-32 --onnx --int8 --data build/standoff.jsonl --out build/models/transformer --force

reproduce: $(VENV)/.installed-large  ## Train the shipped models again and compare: make reproduce CORPUS=DIR [ONLY=baseline] [DATA=FILE]
	@test -d "$(CORPUS)" || { echo "CORPUS=DIR: the folder of the corpora that data/README.md names"; exit 2; }
	$(BIN)/python -m stance.reproduce "$(CORPUS)" --out build/models $(if $(ONLY),--only $(ONLY)) $(if $(DATA),--data $(DATA))

clean:  ## Remove build/, site/ and the caches (not .venv, not runs/)
	rm -rf build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
