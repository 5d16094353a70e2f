# `make run` serves the reference site, `make demo` does so with a made-up day of use, `make audit URL=…` looks at
# somebody's, `make test` checks everything; each sets up what it needs.
export UV_PYTHON_DOWNLOADS := never

.PHONY: run demo audit test bench format lock clean

run: .venv/.for-run
	@ZWECK_POLICY="$${ZWECK_POLICY:-policies/reference.toml}" ZWECK_PLACE="$${ZWECK_PLACE:-$$([ -n "$$ZWECK_POLICY" ] || echo virginia)}" ZWECK_CATCHER="$${ZWECK_CATCHER:-$$([ -n "$$ZWECK_SMTP_URL$$ZWECK_ADDRESS$$ZWECK_TRUSTED_PROXIES" ] || echo 1)}" exec .venv/bin/zweck serve

demo: .venv/.for-run
	@exec .venv/bin/python scripts/demo

audit: .venv/.for-audit
	@exec .venv/bin/zweck audit $(URL)

test: .venv/.for-test
	@exec scripts/check

BENCHMARKS := statement lint geo start memory page hit beside prove install ledger lighthouse audit consent form banner figures_speed mail vault gdprbench

bench: .venv/.for-test # each within ten minutes; a limit that is missed does not hide the next
	@for name in $(BENCHMARKS); do timeout 600 .venv/bin/python -m bench.$$name || echo "$$name: see above"; done
	@.venv/bin/python -m bench.table

format: .venv/.for-test
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .
	@git ls-files '*/templates/*.html' | xargs -r .venv/bin/djade --target-version 5.2

lock:
	@scripts/lock

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/.for-run: requirements.txt scripts/install
	@scripts/install requirements.txt && touch $@

.venv/.for-audit: requirements-browser.txt scripts/install
	@scripts/install requirements-browser.txt && touch .venv/.for-run $@

.venv/.for-test: requirements-dev.txt requirements-browser.txt requirements.txt scripts/install
	@scripts/install requirements-dev.txt && touch .venv/.for-run .venv/.for-audit $@
