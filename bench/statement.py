"""What a statement page costs: cached through the front, cold through Django, against a no-op answer of the same size.

All three alternate in one run: only their ratio and their CPU time count. Writes `bench/results/statement.json`.
Run: `PYTHONPATH=src python bench/statement.py [POLICY]`.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any, cast

ROOT = Path(__file__).parents[1]
os.environ["ZWECK_DATA"] = tempfile.mkdtemp(prefix="zweck-bench-")
os.environ["ZWECK_KEYS"] = tempfile.mkdtemp(prefix="zweck-bench-keys-")
os.environ["DJANGO_SETTINGS_MODULE"] = "zweck.settings"

import django

django.setup()

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from zweck import doors
from zweck.editions import acts as editions
from zweck.front import Behind, Front
from zweck.policy.load import load
from zweck.serve import sql
from zweck.site import fast, shelf
from zweck.site.frame import Look
from zweck.site.pages import Found, address

ROUNDS = 5
CACHED_EACH = 2000
COLD_EACH = 20
Environ = dict[str, Any]  # Any: WSGI puts strings, streams and flags into one dictionary
App = Callable[[Environ, Callable[..., object]], Any]


def environ(path: str, host: str) -> Environ:
    """A browser's request."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """CPU milliseconds of one call, on the average of many."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times * 1000


def repr_of(failure: BaseException) -> str:
    """A failure in full; there is no visitor here."""
    return repr(failure)


def main() -> None:
    """Measure, print, write."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "policies" / "reference.toml"
    now = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    edition = editions.activate(editions.propose(load(given)), now, permitted=True)
    language = edition.policy.languages[0]
    path = address(tuple(edition.policy.languages), "statement", language)
    host = edition.policy.scope.origins[0].partition("://")[2]
    look = Look(edition, Found("statement", language), now)
    front = Front(
        Behind(
            django=cast(App, get_wsgi_application()),
            serves=lambda name: True,
            troubles=lambda: (),
            describe=repr_of,
            let_go=sql.close_servers,
            close_here=sql.close_here,
            fast_paths=doors.fast_paths,
        )
    )
    leaf = shelf.statement(look)

    def noop(given: Environ, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Length", str(len(leaf.zipped)))])
        return [leaf.zipped]

    def ask(app: App) -> None:
        statuses: list[str] = []
        body = b"".join(app(environ(path, host), lambda status, headers: statuses.append(status)))
        assert (statuses, body) == (["200 OK"], leaf.zipped)

    def cold() -> None:
        shelf.clear()
        shelf.statement(look)

    fast.clear()
    assert fast.at(environ(path, host), now) is not None, "the cached page was not found: this would measure Django"
    rounds: dict[str, list[float]] = {"noop_ms": [], "cached_ms": [], "cold_ms": []}
    for _ in range(ROUNDS):
        rounds["noop_ms"].append(cpu_ms(lambda: ask(noop), CACHED_EACH))
        rounds["cached_ms"].append(cpu_ms(lambda: ask(front), CACHED_EACH))
        rounds["cold_ms"].append(cpu_ms(cold, COLD_EACH))
    sentences = len(editions.statement_of(edition, language).sentences())
    result = {
        **{name: round(median(values), 4) for name, values in rounds.items()},
        "limit_cached_ms": 0.4,
        "limit_cold_ms": 10,
        "bytes": len(leaf.body),
        "bytes_gzip": len(leaf.zipped),
        "sentences": sentences,
        "policy": given.name,
    }
    target = ROOT / "bench" / "results" / "statement.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
