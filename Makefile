# `make run` serves the reference site, `make test` checks everything; each sets up what it needs.
export UV_PYTHON_DOWNLOADS := never

.PHONY: run test format lock clean

run: .venv/.for-run
	@ZWECK_POLICY="$${ZWECK_POLICY:-policies/reference.toml}" exec .venv/bin/zweck serve

test: .venv/.for-test
	@exec scripts/check

format: .venv/.for-test
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .
	@git ls-files '*/templates/*.html' | xargs -r .venv/bin/djade --target-version 5.2

lock:
	@scripts/lock

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/.for-run: requirements.txt scripts/install
	@scripts/install requirements.txt && touch $@

.venv/.for-test: requirements-dev.txt requirements.txt scripts/install
	@scripts/install requirements-dev.txt && touch .venv/.for-run $@
