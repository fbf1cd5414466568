# Everything one does with the project. `make` alone lists it.
# No recipe names a folder: the project's own path may hold spaces and Chinese characters.

.DEFAULT_GOAL := help
.PHONY: help run test lint fmt bench chaos docs lock clean
SHELL := /bin/sh
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest

help: ## list the verbs
	@echo "psc · 地铁乘客服务中心 · passenger-service centre"; echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 15
	@echo; echo "Settings: deploy/env.example. ARGS=… goes to pytest, e.g. make test ARGS='tests/unit -k clock'."

run: ## start everything on this machine (prepares what is missing), until Ctrl-C
	@deploy/prepare run && exec $(PYTHON) -m deploy run

test: ## lint, types, import contracts, then all tests; installs what they need, says what it skipped and why
	@deploy/prepare dev
	@deploy/prepare browser
	@$(MAKE) --no-print-directory lint
	@$(PYTEST) -n 2 --dist loadfile $(ARGS)

lint: ## ruff, formatting, mypy (strict) and the import contracts
	@deploy/prepare dev
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports

fmt: ## format the code and mend what ruff can mend
	@deploy/prepare dev
	@$(PYTHON) -m ruff format
	@$(PYTHON) -m ruff check --fix

bench: ## measure this machine: complaints a second, latencies, CPU per complaint
	@deploy/prepare dev
	@$(PYTHON) -m tests.bench $(ARGS)

chaos: ## the tests that kill services, Kafka and PostgreSQL while complaints flow
	@deploy/prepare dev
	@$(PYTEST) tests/connected -k "kill or outage" $(ARGS)

docs: ## write the JSON Schemas, AsyncAPI, OpenAPI and the drawing of a case under docs/ again
	@deploy/prepare dev
	@$(PYTHON) -m deploy.documents

lock: ## resolve requirements/*.in again and pin every package with its hashes
	@deploy/prepare dev
	@deploy/lock

clean: ## remove the environment, caches and what `make run` keeps in var/ (asks first)
	@deploy/clean
