# Everything is built in .venv; each target sets up what it needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
DEMO_DATA ?= .demo

.PHONY: demo test test-llm check bench reader constraints clean

demo: $(VENV)/.installed
	$(BIN)/minutes ingest examples --data $(DEMO_DATA)
	@for question in \
	  "うみねこ号の運賃はいくらですか？" \
	  "外国籍の住民への案内を求めたのは誰ですか" \
	  "うみねこ号の運転士の平均年収はいくらですか" ; do \
	  printf '\n\033[1m%s\033[0m\n\n' "$$question"; \
	  $(BIN)/minutes ask --data $(DEMO_DATA) "$$question" || exit 1; \
	done

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-llm: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.real_model

check: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,check]'
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	@touch $@

reader: $(VENV)/.installed ## train the reader anew (hours)
	$(BIN)/python -m benchmarks.reader train

constraints: ## pin what is installed now
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu//' > constraints.txt

clean:
	rm -rf $(VENV) $(DEMO_DATA)
