# `make` lists the targets. A Python of 3.11 or later, pip, make and git are all that a machine needs.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$python && break; done)
BIN := .venv/bin
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip --disable-pip-version-check
SAMPLE := assignments/convolution/sample_class
DEMO := results/demo

.DEFAULT_GOAL := help
.PHONY: help demo test slow soak fuzz test-gpu lint bench clean walls

help: ## List the targets
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## /  \1	/p' $(MAKEFILE_LIST) | expand -t 12

demo: .venv/grade.stamp walls ## Grade the sample class, and show the table and one student's feedback
	@$(BIN)/autograder grade convolution $(SAMPLE) --out $(DEMO)
	@echo
	@$(BIN)/autograder grade convolution $(SAMPLE) --out $(DEMO) --student rosa 2>/dev/null
	@echo
	@echo "The class is in $(DEMO)/grades.csv and class.json, each student's report and feedback in $(DEMO)/<student>/."
	@echo "Next:"
	@echo "  . .venv/bin/activate"
	@echo "  autograder check $(SAMPLE)/rosa        what a student sees at home"
	@echo "  autograder show convolution                         the assignment: checks, groups, points"
	@echo "  autograder grade convolution FOLDER                 your own class"
	@echo "  autograder doctor                                   what this machine can do"

test: .venv/test.stamp walls lint ## Lint, types, tests that are not slow, doctests
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --ignore tests/sandbox -m "not slow"
	@$(BIN)/python -m pytest -q tests/sandbox -m "not slow"  # alone: they count what a sandbox leaves behind

slow: .venv/test.stamp walls ## The tests that are marked slow, which `make test` leaves out
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --ignore tests/sandbox -m "slow and not gpu"
	@$(BIN)/python -m pytest -q tests/sandbox -m slow

test-gpu: .venv/test.stamp walls ## What needs an NVIDIA GPU: tests, and figures to record (says why where there is none)
	@test ! -e /dev/nvidiactl || $(MAKE) --no-print-directory .venv/gpu.stamp
	@$(BIN)/python -m pytest -q -rs tests/devices -m gpu
	@mkdir -p .benchmarks && $(BIN)/python -m benchmarks.gpu --json .benchmarks/gpu.json

soak: .venv/test.stamp walls ## Attacks without each wall, and faults of our own side, for long: into docs/security.md (10 minutes)
	@$(BIN)/python -m tests.hostile.soak --write
	@$(BIN)/python -m tests.hostile.faults

fuzz: .venv/test.stamp ## A million frames at the decoder, thousands of lying workers at the grader (15 minutes)
	@$(BIN)/python -m tests.wire.fuzz

lint: .venv/test.stamp ## Format, lint and types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

bench: .venv/test.stamp walls ## Every benchmark, each figure beside its target (40 minutes)
	@for name in kernels counting memory latency watch scale course training throughput; do $(BIN)/python -m benchmarks.$$name || exit 1; done

clean: ## Remove the virtual environment, results and caches
	@rm -rf .venv .benchmarks build results *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/python.stamp:
	@test -n "$(PYTHON)" || { echo "expected Python 3.11, 3.12 or 3.13 on the PATH; there is none"; exit 1; }
	@echo "making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/grade.stamp: .venv/python.stamp pyproject.toml constraints.txt
	@echo "installing what grading needs into .venv"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[grade]'
	@touch $@

.venv/test.stamp: .venv/grade.stamp
	@echo "installing TensorFlow and the development tools into .venv (a minute or two)"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[grade,tensorflow,dev]'
	@touch $@

.venv/gpu.stamp: .venv/test.stamp
	@echo "installing what asks the NVIDIA driver, and CUDA for TensorFlow, into .venv (some minutes)"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[grade,tensorflow,gpu,dev]'
	@touch $@

# The walls need two system packages. They are installed where they are missing and the user may.
walls:
	@if command -v bwrap >/dev/null && $(PYTHON) -c 'import ctypes; ctypes.CDLL("libseccomp.so.2")' 2>/dev/null; \
	then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing bubblewrap and libseccomp2"; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y bubblewrap libseccomp2 >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
		echo "installing bubblewrap and libseccomp2"; \
		sudo -n apt-get -qq update && sudo -n apt-get -qq install -y bubblewrap libseccomp2 >/dev/null; \
	else \
		echo "the sandbox needs bubblewrap and libseccomp; install them with:"; \
		echo "  sudo apt-get install bubblewrap libseccomp2   (Fedora: sudo dnf install bubblewrap libseccomp)"; \
		exit 1; \
	fi
