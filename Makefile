.PHONY: help test nightly check browser docs notebooks wheel ci
help: ## list the tasks
	@grep -E '^[a-z]+: .*##' Makefile | sed 's/: *##/\t/'
test: ## run the tests on all cores
	pytest -n auto
nightly: ## run the tests that take minutes, on all cores
	pytest -n auto -m slow
check: ## ruff, mypy, import layers
	ruff check . && ruff format --check . && mypy && PYTHONPATH=src lint-imports
browser: ## open the report in a real browser (Debian: chromium, chromium-driver; extra: browser)
	pytest -m browser
docs: ## build the documents, warnings are errors
	sphinx-build -W -b html docs build/docs
notebooks: ## run the notebooks
	pytest --nbmake --nbmake-timeout=600 notebooks
wheel: ## build the wheel
	python -m build --wheel
ci: ## everything, in a new virtual environment
	bash .ci/run
