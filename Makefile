# Every chore, by name. `make demo` and `make test` work on a fresh machine.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --constraint constraints.txt
SUDO   := $(if $(filter 0,$(shell id -u)),,sudo)
DATA   ?= ../shared/data/pascal
CIRCOR ?= ../shared/data/circor
CINC2016 ?= ../shared/data/cinc2016
# Epochs of the CNN-LSTM in `make results`; the notebook allows 250, about a minute each on two cores.
EPOCHS_GROUPED  ?= 10
EPOCHS_NOTEBOOK ?= 24
# Windows a step of joint training. The shipped models took 64, the only size that was measured; 256 keeps a GPU busier, and
# trains another network. A run folder keeps the size it was begun with.
BATCH_SIZE ?= 64

.PHONY: pictures segmenter results-ablation results-gate results-fine-tune help setup setup-browser setup-demo demo test lint bench results results-audit results-circor \
	results-cinc2016 results-pascal-protocols results-leave-one-dataset-out results-joint results-teacher nested models clean

help:
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 31

$(VENV)/demo.ok: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[plot]'
	@touch $@

# torch first and pinned: on Linux any looser request downloads gigabytes of CUDA libraries.
$(VENV)/dev.ok: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) torch==2.13.0
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/demo.ok

setup: $(VENV)/dev.ok ## everything for development: training, tests, linters

setup-browser: $(VENV)/dev.ok ## Chromium (Debian, Ubuntu) and Playwright, for the tests of the page
	command -v chromium >/dev/null || { $(SUDO) apt-get update && $(SUDO) apt-get install --yes --no-install-recommends chromium; }
	$(PIP) --editable '.[browser]'

setup-demo: $(VENV)/demo.ok ## what classifying and drawing needs; no torch

demo: $(VENV)/demo.ok ## synthesise a sound of each kind, judge them, write demo-out/report.html
	$(BIN)/auscult demo --out demo-out

test: $(VENV)/dev.ok ## linters, types, architecture and all tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2

lint: $(VENV)/dev.ok ## mend what the linters can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/dev.ok ## speed against librosa and torch, written to docs/results/ (after make setup-browser)
	$(BIN)/python benchmarks/mfcc.py
	$(BIN)/python benchmarks/feature_step.py $(DATA)
	$(BIN)/python benchmarks/classify_speed.py
	$(BIN)/python benchmarks/index.py $(dir $(DATA))
	$(BIN)/python benchmarks/batch.py $(DATA)
	$(BIN)/python benchmarks/serve.py
	$(BIN)/python benchmarks/stream.py $(DATA) $(CIRCOR)
	$(BIN)/python benchmarks/page.py
	$(BIN)/python benchmarks/microphone.py

pictures: $(VENV)/dev.ok ## the page as README and docs show it, written to docs/img/ (after make setup-browser)
	$(BIN)/python benchmarks/pictures.py

results: $(VENV)/dev.ok ## cross-validate every model on PASCAL, written to docs/results/ (hours; resumable)
	$(BIN)/python benchmarks/pascal.py $(DATA) \
		--epochs-grouped $(EPOCHS_GROUPED) --epochs-notebook $(EPOCHS_NOTEBOOK)
	$(BIN)/python benchmarks/segment.py $(CIRCOR) $(DATA)
	$(BIN)/python benchmarks/segment_identity.py $(CIRCOR) $(DATA)
	$(BIN)/python benchmarks/segment_labels.py $(CIRCOR) $(DATA)
	$(BIN)/python benchmarks/cycle.py $(CIRCOR)
	$(BIN)/python benchmarks/explain.py $(DATA) $(CIRCOR)

results-audit: $(VENV)/dev.ok ## what the three sets hold twice, and what their splits let through (minutes)
	$(BIN)/python benchmarks/audit.py $(dir $(DATA))

results-pascal-protocols: $(VENV)/dev.ok ## PASCAL: folds drawn anew, set against set, the official test (minutes; resumable)
	$(BIN)/python benchmarks/pascal_protocols.py $(DATA)

results-leave-one-dataset-out: $(VENV)/dev.ok ## a murmur in CirCor by what PASCAL taught, and the reverse (minutes; resumable)
	$(BIN)/python benchmarks/leave_one_dataset_out.py $(dir $(DATA))

results-circor: $(VENV)/dev.ok ## the classical models on CirCor under five protocols, written to docs/results/ (resumable)
	$(BIN)/python benchmarks/circor.py $(CIRCOR)

results-cinc2016: $(VENV)/dev.ok ## the same on CinC 2016 under three protocols
	$(BIN)/python benchmarks/cinc2016.py $(CINC2016)

results-gate: $(VENV)/dev.ok ## what the quality gate refuses and notes, written to docs/results/
	$(BIN)/python benchmarks/gate.py $(dir $(DATA)) --runs runs/joint

segmenter: $(VENV)/dev.ok ## train the segmenter, once without each fifth of the people (half an hour; resumable)
	$(BIN)/auscult train-segmenter $(CIRCOR) --out runs/segmenter

results-joint: segmenter ## one network over PASCAL, CirCor and CinC 2016, eleven runs (hours; resumable)
	$(BIN)/python benchmarks/joint.py $(dir $(DATA)) --batch-size $(BATCH_SIZE)
	$(BIN)/python benchmarks/heart_or_device.py $(dir $(DATA))
	$(BIN)/python benchmarks/goals.py --cards src/auscult/bundles
	$(BIN)/python tests/golden/make.py

results-ablation: segmenter ## where the gain of joint training comes from, one thing changed at a time (hours; resumable)
	$(BIN)/python benchmarks/ablation.py $(dir $(DATA))

results-teacher: segmenter ## the network taught by the ensembles too, three seeds each (an hour; resumable)
	$(BIN)/python benchmarks/teacher.py $(dir $(DATA))

results-fine-tune: segmenter ## what training a network further brings on PASCAL, which it had not heard (an hour; resumable)
	$(BIN)/python benchmarks/joint.py $(dir $(DATA)) --only joint-zero-shot --batch-size $(BATCH_SIZE)
	$(BIN)/python benchmarks/fine_tune.py $(DATA)

nested: $(VENV)/dev.ok ## what choosing the model costs, written to docs/results/ (ten minutes; resumable)
	$(BIN)/python benchmarks/nested.py $(DATA)

# Of what the cards tell of the goals, the two runs that ship are measured here, the others by `make results-joint`.
models: $(VENV)/dev.ok ## train and export the models that ship (five hours of two cores; resumable)
	$(BIN)/auscult train-segmenter $(CIRCOR) --out runs/segmenter \
		--ship src/auscult/bundles/segmenter
	$(BIN)/python benchmarks/cycle.py $(CIRCOR) --ship
	$(BIN)/auscult train-joint $(DATA) $(CIRCOR) $(CINC2016) --folds 5 --repeats 3 \
		--batch-size $(BATCH_SIZE) --segmenter runs/segmenter --out runs/joint
	$(BIN)/auscult export-joint runs/joint $(DATA) $(CIRCOR) $(CINC2016) \
		--out src/auscult/bundles/default --name default
	$(BIN)/auscult train-joint $(DATA) $(CIRCOR) $(CINC2016) --folds 5 --repeats 3 --trust 0.5 \
		--batch-size $(BATCH_SIZE) --segmenter runs/segmenter --out runs/joint-student
	$(BIN)/auscult export-joint runs/joint-student $(DATA) $(CIRCOR) $(CINC2016) \
		--out src/auscult/bundles/tiny --name tiny --tiny
	$(BIN)/python benchmarks/joint.py $(dir $(DATA)) --only joint joint-student --batch-size $(BATCH_SIZE)
	$(BIN)/python benchmarks/goals.py --cards src/auscult/bundles
	$(BIN)/python tests/golden/make.py

clean: ## remove the environment and everything made
	rm -rf $(VENV) demo-out build dist
