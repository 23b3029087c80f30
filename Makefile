# What can be run; `make` alone tells.
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup format lint types scripts unit browser lowest docs site bench all

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## a virtual environment with the tested versions, and the checkers of the scripts
	python3 -m venv .venv
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	npm ci --silent

format: ## lay out Python and scripts
	$(PY) -m ruff format .
	npx prettier --write --log-level warn .

lint: ## look for faults and for layout that differs
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: ## mypy, strict
	$(PY) -m mypy

scripts: ## eslint, prettier, tsc and unit tests of the scripts
	npm run --silent check

unit: ## every test that needs no browser
	$(PY) -m pytest -n 2 --dist worksteal -m "not browser"

browser: ## the tests in Chromium
	$(PY) -m pytest -n 2 --dist loadfile -m browser

QUICK := tests/planning tests/exports tests/cli/test_commands.py tests/pages/test_document.py tests/api tests/intake/formats

lowest: ## some tests with the lowest versions that pyproject.toml declares, in a virtual environment of their own
	mkdir -p build
	$(PY) scripts/lowest_versions.py > build/lowest.txt
	$(PY) -m venv build/lowest
	build/lowest/bin/python -m pip install --quiet --constraint build/lowest.txt --editable '.[cluster,parquet,workbench]' hypothesis networkx pytest
	build/lowest/bin/python -m pytest -q -W default -m "not browser" $(QUICK)

docs: ## what is made from the code: parameters, fields of the scripts
	$(PY) scripts/make_parameters.py
	$(PY) scripts/make_solver_parameters.py
	$(PY) scripts/make_schemas.py

site: ## the documentation as a site, in build/site; any broken link or reference stops it
	$(PY) -m mkdocs build --strict --quiet

bench: ## a small table of the solver beside HiGHS
	$(PY) -m benchmarks.solver --only barnet-sizes --first 3

all: lint types scripts site unit browser ## everything but the benchmarks
