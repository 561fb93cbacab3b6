# Everything a person types here: make demo | test | lint | types | bench | locale | schema | page | screenshots | fuzz | models | packaging | clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARAVENT := $(BIN)/paravent

.PHONY: demo test lint types bench fuzz locale schema page page-fresh screenshots docs models packaging clean

# Draws pictures that give a lot away, and prepares copies of them.
demo: $(VENV)/.demo $(VENV)/.models
	rm -rf demo
	$(BIN)/python scripts/draw_scenes.py demo/pictures
	$(PARAVENT) protect demo/pictures -o demo/ready --report demo/report.html --private demo/private
	@echo "The drawn originals:  demo/pictures"
	@echo "The prepared copies:  demo/ready"
	@echo "What was found:       demo/report.html"

# WORKERS=0 runs them in one process; TESTS names some of them.
WORKERS ?= auto
test: $(VENV)/.test frontend/node_modules
	scripts/need.sh exiftool libimage-exiftool-perl
	scripts/need.sh chromium chromium
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) types
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/schema.py --check

# As each system has them: calls that one of them lacks stand in a branch of their own. A cache for each, or none would last.
types: $(VENV)/.dev
	for system in linux win32 darwin; do $(BIN)/mypy --platform $$system --cache-dir .mypy_cache/$$system || exit 1; done

# Measures; bench/README.md says what. The pictures are named by PARAVENT_EVAL.
bench: $(VENV)/.test
	$(BIN)/python bench/faces.py
	$(BIN)/python bench/limits.py
	$(BIN)/python bench/peers.py

# Feeds mangled files to every reader, guided by what they reach; findings are kept in build/fuzz.
SECONDS ?= 3600
fuzz: $(VENV)/.test $(VENV)/.fuzz
	$(BIN)/python fuzz/run.py --seconds $(SECONDS)

# Brings the French catalogue up to date with the sentences in the source, and compiles it.
locale: $(VENV)/.dev
	$(BIN)/python scripts/catalogue.py

# Writes JSON Schema and the page's model from what is described in the package.
schema: $(VENV)/.dev
	$(BIN)/python scripts/schema.py

# Makes the review page that stands in the package from its sources in frontend/.
page: frontend/node_modules
	cd frontend && npm run --silent types && npm run --silent build

# Fails unless the page in the package is what its sources give.
page-fresh: page
	git diff --exit-code --stat -- src/paravent/web/review/static

frontend/node_modules: frontend/package-lock.json
	scripts/need.sh npm npm
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# Pictures of every view for the documentation, in docs/images/review.
screenshots: $(VENV)/.test frontend/node_modules
	scripts/need.sh chromium chromium
	$(BIN)/python scripts/screenshots.py

# Writes the generated parts of the documentation anew.
docs: $(VENV)/.test
	$(BIN)/python scripts/presets_table.py
	$(BIN)/python scripts/formats_table.py
	$(BIN)/python scripts/command_reference.py
	$(BIN)/python scripts/man_page.py
	$(BIN)/python scripts/api_reference.py
	$(BIN)/python scripts/readme_picture.py

# Builds the package of models into dist/: fetches weights by pinned hash, prepares them, compares them with what they should be.
models: $(VENV)/.dev
	$(BIN)/python packaging/models_wheel.py

$(VENV)/.models: $(wildcard packages/paravent-models/*.*) | $(BIN)/python
	$(BIN)/python -m pip install --quiet ./packages/paravent-models
	touch $@

# Builds what people install, into dist/: slow, and no part of the tests. packaging/smoke_deb.sh tries the packages.
packaging: $(VENV)/.test
	$(BIN)/python packaging/models_wheel.py --twice
	$(BIN)/python packaging/deb.py
	$(BIN)/python packaging/offline.py

clean:
	rm -rf $(VENV) frontend/node_modules demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo $(VENV)/.test $(VENV)/.dev $(VENV)/.fuzz: $(VENV)/.%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	touch $@
