# make help says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A target may import only what Package.swift lets it depend on: the house is enforced, not drawn.
BOUNDARIES := --explicit-target-dependency-import-check error
SWIFT_SOURCES := Package.swift Sources Tests Examples
WASHI := .build/release/washi
CREDIT_DATA := data/credit/initial.csv data/credit/20201001.csv data/credit/20201101.csv \
	data/credit/20201201.csv data/credit/20210101.csv

.PHONY: help setup build test test-airflow test-connections test-mlflow test-spark test-storage test-workers lint format report bench clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing
	@Scripts/setup

build: setup ## build the release binary, .build/release/washi
	swift build -c release --product washi $(BOUNDARIES)

test: ## install what is missing, lint, build, run every test
	@Scripts/setup --tests
	$(MAKE) --no-print-directory lint
	swift build --build-tests $(BOUNDARIES)
	swift test --skip-build --skip 'SparkSessionTests|TeamingTests'
	@# Spark's server answers on Swift's own threads, which the tests above can hold for minutes.
	swift test --skip-build --filter SparkSessionTests
	@# Workers are processes of their own elsewhere; here they share one, with nothing else beside.
	swift test --skip-build --filter TeamingTests

test-airflow: build ## run exported DAGs with a real Airflow (from PyPI, kept in .build/airflow-venv)
	@Tests/Airflow/check $(WASHI)

test-connections: build ## SQL steps on a real PostgreSQL, started on loopback and stopped
	@Scripts/setup --drivers
	@Tests/Connections/check $(WASHI)

test-storage: build ## share between machines by a folder, WebDAV and S3 (rclone; moto from PyPI)
	@Tests/Storage/check $(WASHI)

test-workers: build ## train on three workers: processes, and hosts in network namespaces (root, iproute2)
	@Tests/Workers/check $(WASHI)

test-spark: build ## run SQL steps on a real Spark Connect server (pyspark from PyPI, kept in .build/spark-venv)
	@Tests/Spark/check $(WASHI)

test-mlflow: build ## try tracking with a real MLflow server; skipped where it cannot be installed
	Tests/mlflow --washi $(WASHI)

lint: ## check the format of the sources
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

format: ## format the sources
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

report: build ## make the demo data if it is missing, then the demo reports; prints the last one's path
	@for file in $(CREDIT_DATA); do \
	  if [[ ! -s $$file ]]; then $(WASHI) run notebooks/credit/data.md >/dev/null; break; fi; \
	done
	@$(WASHI) run notebooks/credit/monthly.md -p target_date 2020-12 >/dev/null
	@$(WASHI) run notebooks/credit/monthly.md -p target_date 2021-01

bench: build ## measure a trivial run, a full-size month, the sampler and tuning beside their peers
	@Benchmarks/trivial
	@Benchmarks/memory
	@Benchmarks/sampler
	@Benchmarks/tuning

clean: ## remove what was built (not .deps, data or output)
	rm -rf .build
