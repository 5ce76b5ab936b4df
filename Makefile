# Thin: each line calls the program or a tool. On a machine without make, type the lines.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test check check-long docs bench

INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --no-compile

# what running needs: the program and Excel. The extras pdf and slides, and the tests' tools, are in the second lock.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) --no-deps --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch .venv/ready

.venv/ready-test: requirements-test.lock .venv/ready
	$(INSTALL) --no-deps --require-hashes -r requirements-test.lock
	touch .venv/ready-test

run: .venv/ready
	mkdir -p out
	$(BIN)/hinterland rank data/sample/creators.csv --out out/ranking.csv --out out/map.html
	$(BIN)/hinterland app data/sample/creators.csv

test: .venv/ready-test
	$(BIN)/pytest -n 2

check: .venv/ready-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/build.py

# the site: out/docs/site/index.html
docs: .venv/ready-test
	$(BIN)/python docs/build.py

check-long: .venv/ready-test
	$(BIN)/pytest -m long -s -n 2

# make bench ROWS=1000000 BASELINE_ENV=PATH: also times version 0.1.0, installed in the virtual environment PATH
bench: .venv/ready-test
	$(BIN)/hinterland bench --rows $(or $(ROWS),100000)
