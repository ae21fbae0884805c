# make demo   everything for a first look: sets up and starts the app
# make test   lint and every test but the slow, the wide and the faults'; make test-all adds the first two
# make faults what must hold when something breaks, the short part; make faults-all all of it; each
#             with a report in bench-out/faults.md
# make team   Redis, one Celery worker and the app on this machine
# PORT=8051 chooses another port; TORCH_INDEX=<package index> another build of torch.

PORT ?= 8050
PYTEST_ARGS ?=
PY := .venv/bin/python
export TORCH_INDEX

.PHONY: demo setup dev test test-all faults faults-all lint format team bench lock

demo: setup
	@exec $(PY) app.py --port $(PORT) --open

setup:
	@scripts/setup.sh

dev:
	@scripts/setup.sh dev

test: dev
	@scripts/parts.sh
	@$(MAKE) --no-print-directory lint
	$(PY) -m pytest -m "not slow and not wide and not faults" $(PYTEST_ARGS)

test-all: dev
	@scripts/parts.sh
	@$(MAKE) --no-print-directory lint
	$(PY) -m pytest -m "not faults" $(PYTEST_ARGS)

faults: dev
	@scripts/parts.sh
	$(PY) -m tests.faults.report short

faults-all: dev
	@scripts/parts.sh
	$(PY) -m tests.faults.report

lint: dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports
	scripts/types.sh

format: dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

team: setup
	@exec $(PY) scripts/team.py --port $(PORT)

bench: dev
	$(PY) -m benchmarks motion
	$(PY) -m benchmarks data
	$(PY) -m benchmarks train
	$(PY) -m benchmarks loop
	$(PY) -m benchmarks papers

lock:
	python3 scripts/lock.py
