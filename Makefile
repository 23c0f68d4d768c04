# `make` alone lists what there is. ARGS goes to the program: make demo ARGS=--once
.DEFAULT_GOAL := help
.PHONY: help demo test setup check pytest alone conversations telephony simulate adversity bench docs centrifugo lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## All of it on this machine, with two virtual printers; Ctrl-C ends it
	@scripts/setup demo
	@.venv/bin/panbot demo $(ARGS)

test: setup check pytest alone ## Set up, check, and run all tests

setup: ## Bring what the demo, the tests and the checks need; quick where nothing changed
	@scripts/setup dev

check: setup ## Lint, format, types, and which room may import which
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# A file's tests stay together: they share what they set up.
pytest: setup ## The tests, side by side, but for those of `make alone`: make pytest ARGS=tests/domain
	.venv/bin/pytest --numprocesses logical --dist loadfile $(ARGS)

alone: setup ## The tests that want the machine for themselves: calls in real time, the whole demo, kill -9
	.venv/bin/pytest -m alone $(ARGS)

conversations: setup ## Play every dialogue of all suites to the rules, and score them
	.venv/bin/panbot agent evaluate tests/conversations/*.yaml

telephony: setup ## Of these the calls in real time, over a real LiveKit server
	.venv/bin/pytest -m alone tests/telephony $(ARGS)

adversity: setup ## kill -9 at random, with work flowing: make adversity ROUNDS=200
	.venv/bin/python -m tests.adversity --rounds $(or $(ROUNDS),200) $(ARGS)

simulate: setup ## Play faulty evenings by their seeds: make simulate SEEDS=5000; SEED=17 plays one again
	@.venv/bin/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1000))

bench: setup ## Measure, each figure against its floor in the same run
	.venv/bin/python -m bench $(ARGS)

docs: setup ## Write docs/settings.md from the programs' own tables
	.venv/bin/python docs/write_settings.py

centrifugo: ## Build the Centrifugo server, where Go's module proxy serves it
	@scripts/centrifugo

lock: ## Write requirements.lock after a change of pyproject.toml; ARGS=--upgrade takes newer versions
	scripts/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --extra dev pyproject.toml -o requirements.lock $(ARGS)

clean: ## Remove what was made here; the caches in the home folder stay
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
