# 早安 Zaoan. Two commands are enough: `make run` and `make test`. `make help` lists the others.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV  := .tools/bin/uv
RUN := $(UV) run --frozen --no-sync
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help install run test test-fast check train bench format clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.ready web/dist/.built ## fetch uv, the Python environment and Node; build the console

$(UV):
	@python3 scripts/bootstrap.py

.venv/.ready: pyproject.toml uv.lock .python-version | $(UV)
	@echo "── Python environment (about 1.6 GB the first time)"
	$(UV) sync --frozen --compile-bytecode
	@touch $@

web/dist/.built: $(WEB_SOURCES) scripts/build_console.py | .venv/.ready
	@if [ -f web/package.json ]; then $(RUN) python scripts/build_console.py; fi
	@mkdir -p web/dist && touch $@

run: install ## start everything on this machine and print the addresses
	@$(RUN) zaoan up $(ARGS)

train: install ## train the models if their inputs changed
	@$(RUN) zaoan train

check: install ## seconds: format, types, data and wording
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) bandit -q -c pyproject.toml -r bot actions channels
	$(RUN) zaoan check

test: check ## everything: check, unit, redis, model and browser tests
	$(RUN) pytest tests/unit -q
	$(RUN) zaoan train
	$(RUN) python scripts/need_chromium.py
	$(RUN) pytest tests/redis tests/model tests/browser -q --durations=15

test-fast: install ## unit tests only, seconds
	$(RUN) pytest tests/unit -q

bench: install ## figures: danger reading, turns, faults
	$(RUN) python -m benchmarks $(ARGS)

format: install ## format the sources
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

clean: ## remove what can be rebuilt (keeps var/, where conversations are)
	rm -rf .venv .tools models .rasa results web/node_modules web/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
