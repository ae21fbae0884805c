# make demo   everything for a first look: sets up and starts the app
# make test   lint and every test but the slow and the wide ones; make test-all adds those
# make team   Redis, one Celery worker and the app on this machine
# PORT=8051 chooses another port; TORCH_INDEX=<package index> another build of torch.

PORT ?= 8050
PYTEST_ARGS ?=
PY := .venv/bin/python
export TORCH_INDEX

.PHONY: demo setup dev test test-all lint format team bench lock

demo: setup
	@exec $(PY) app.py --port $(PORT) --open

setup:
	@scripts/setup.sh

dev:
	@scripts/setup.sh dev

test: dev
	@scripts/parts.sh
	@$(MAKE) --no-print-directory lint
	$(PY) -m pytest -m "not slow and not wide" $(PYTEST_ARGS)

test-all: dev
	@scripts/parts.sh
	@$(MAKE) --no-print-directory lint
	$(PY) -m pytest $(PYTEST_ARGS)

lint: dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports

format: dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

team: setup
	@exec $(PY) scripts/team.py --port $(PORT)

bench: dev
	$(PY) -m benchmarks train
	$(PY) -m benchmarks motion
	$(PY) -m benchmarks loop
	$(PY) -m benchmarks data
	$(PY) -m benchmarks papers

lock:
	python3 scripts/lock.py
