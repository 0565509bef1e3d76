# Everything a stranger needs: make run, make test, make check, make bench. The first call builds the environment.
SHELL := /bin/bash
HOST ?= 127.0.0.1
PORT ?= 8000
SMTP_PORT ?= 8025
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PUBLIC_HOST := $(if $(filter 0.0.0.0 ::,$(HOST)),127.0.0.1,$(HOST))

.PHONY: run test soak check bench format lock clean

run: $(VENV)/run.stamp
	@ENVIRONMENT=development BASE_URL=$${BASE_URL:-http://$(PUBLIC_HOST):$(PORT)} \
	 MAIL_SERVER=127.0.0.1 MAIL_PORT=$(SMTP_PORT) MAIL_USE_TLS=0 MAIL_USE_SSL=0 MAIL_USERNAME= MAIL_PASSWORD= \
	 exec $(BIN)/python -m flask demo --host $(HOST) --port $(PORT) --smtp-port $(SMTP_PORT)

# One more than there are cores, four at most: a test waits for browsers and mail servers as often as it reckons.
test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $$(cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 3 ? cores + 1 : 4))) --dist loadfile $(ARGS)

# What must survive kills, cuts, full disks and clocks, for hours instead of seconds.
soak: $(VENV)/dev.stamp
	SOAK=1 $(BIN)/python -m pytest tests/survival $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_catalogues.py

# Rows and sizes: make bench ARGS="--quick sqlite cpu"; docs/performance.md says more.
bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Needs uv; everybody else installs from the locks.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zeitnah needs Python 3.11 or newer; set PYTHON=…" >&2; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --python "$$(command -v $(PYTHON))" $(VENV); \
	 else $(PYTHON) -m venv $(VENV) || { echo "python3 lacks venv: install the package python3-venv" >&2; exit 1; }; fi

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/bin/python
	@$(call install,requirements-dev.txt)
	@touch $@

define install
echo "Installing $(1) into $(VENV) …"; \
if command -v uv >/dev/null; then VIRTUAL_ENV=$(VENV) uv pip install --quiet --require-hashes --only-binary :all: -r $(1); \
else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $(1); fi
endef
