# koryu-map: every command sets itself up. On Windows without make, see README (uv run …).
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8501

.PHONY: setup browser run build test suite test-outputs test-serving test-cluster coverage test-lowest fuzz bench screens docs lint lint-js lock clean

setup: $(VENV)/.ready browser

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 以上が必要です（PYTHON=… で指定できます）。" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet --editable '.[test]'
	@touch $@

# The browser tests use the system's Chromium and a Japanese font; installed only where that needs no password.
browser:
	@sh .ci/browser

run: $(VENV)/.ready
	$(PY) -m pipeline app --port $(PORT)

build: $(VENV)/.ready
	$(PY) -m pipeline build

PYTEST := -m pytest -q -n 4 --dist loadscope --no-loadscope-reorder

# The checks of the code need one processor for a while: beside the tests, not before them.
test: setup
	@$(MAKE) --no-print-directory -j2 lint suite

# What Python and pytest have translated once they keep: the tests start Python some hundred times.
suite coverage test-lowest: export PYTHONDONTWRITEBYTECODE :=

suite:
	$(PY) $(PYTEST)

# The files that other programs open, with these programs: PostgreSQL with PostGIS, ogr2ogr, LibreOffice. What is not
# installed is skipped, with what to install.
test-outputs: $(VENV)/.ready
	$(PY) -m pytest -q -rs tests/pipeline/deliver/test_opendata.py tests/pipeline/deliver/test_postgis.py tests/pipeline/deliver/test_spreadsheets.py

# Names read by several processes and on a Dask cluster of two workers, some of them killed.
test-cluster: $(VENV)/.ready
	$(PY) -m pip install --quiet --editable '.[cluster]'
	KORYU_CLUSTER=1 $(PY) -m pytest -q -rs tests/pipeline/tables/test_spread.py tests/pipeline/tables/test_cluster.py

# What is heavier than a test may be: installing from a bundle without a network, serving to many. Some need root.
test-serving: $(VENV)/.ready
	$(PY) -m pip install --quiet --editable '.[serving]'
	KORYU_SERVING=1 $(PY) -m pytest -q -rs -s tests/serving

# Branches of geo/ and pipeline/ that the tests without a browser reach; the floor stands in pyproject.toml.
coverage: $(VENV)/.ready
	$(PY) $(PYTEST) --ignore tests/e2e --cov

# The tests without a browser on the lowest versions that pyproject.toml allows, in an environment of their own.
test-lowest: $(VENV)/bin/uv
	$(VENV)/bin/uv venv --quiet --allow-existing --python $(PY) .venv-lowest
	$(VENV)/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable '.[test]'
	.venv-lowest/bin/python $(PYTEST) --ignore tests/e2e

# Damaged documents by the thousand, every file operation of every writer struck: takes hours.
fuzz: $(VENV)/.ready
	KORYU_FUZZ=1 $(PY) -m pytest -q tests/pages/test_claims.py tests/pages/test_other_origins.py tests/geo/insight/test_search.py tests/geo/insight/test_changes.py tests/test_mutants.py tests/pipeline/intake/test_hostile_files.py tests/test_time_budget.py tests/pipeline/test_crash.py tests/pipeline/test_atomic.py tests/pipeline/building/test_verify.py tests/e2e/test_every_control.py tests/e2e/test_accessibility.py tests/e2e/test_map_layout.py tests/e2e/test_links.py tests/e2e/test_keyboard.py tests/pages/test_choices.py tests/geo/draw/print/test_figure.py tests/pipeline/deliver/test_one_population.py tests/pipeline/intake/test_printed_lines.py

bench: setup
	$(PY) -m pip install --quiet --editable '.[bench]'
	$(PY) -m tests.benchmarks

# Pictures of every screen, for the README and for looking at.
screens: setup
	$(PY) -m tests.screens

# docs/tables.md and docs/rules.md, from the schema and the rules.
docs: $(VENV)/.ready
	$(PY) -m pipeline.reference.docs

lint: $(VENV)/.ready lint-js
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# Scripts and style sheets of static/, by biome; needs Node.js, and says so where there is none.
lint-js:
	@sh .ci/lint-js

# requirements.lock: versions and hashes of what the product needs, without addresses of registries.
lock: $(VENV)/bin/uv
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 -o requirements.lock pyproject.toml

$(VENV)/bin/uv: $(VENV)/.ready
	$(PY) -m pip install --quiet uv

clean:
	rm -rf $(VENV) .venv-lowest node_modules data/build
