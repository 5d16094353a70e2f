"""What a statement page costs: cached through the front, and cold, against a no-op answer of the same size.

`python -m bench.statement [POLICY]`. Each sentence that is proved has its evidence stored, as in a running service.
All alternate in one run, and CPU time is what counts. Wanted: cached <= 0.4 ms, cold <= 10 ms.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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

from bench.figures import Figure, keep, load_now
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from zweck import doors
from zweck.consent.values import NOBODY
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.front import Behind, Front
from zweck.policy.load import load
from zweck.policy.reading.choices import answerable, code
from zweck.promises.values import ControlResult, Evidence, Reach, State
from zweck.proof import keep as evidence_room
from zweck.proof.run import provable
from zweck.serve import sql
from zweck.site import fast, shelf
from zweck.site.frame import Look
from zweck.site.guests import Guest, guest_of, visitor_of
from zweck.site.pages import Found, address

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # of the days in a choice
ROUNDS = 5
CACHED_EACH = 2000
COLD_EACH = 20
Environ = dict[str, Any]  # Any: WSGI puts strings, streams and flags into one dictionary
App = Callable[[Environ, Callable[..., object]], Any]


def environ(path: str, host: str, **more: str) -> Environ:
    """A browser's request."""
    return more | {
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


def prove_all(edition: Edition, now: datetime) -> int:
    """Store evidence for every promise that has a proof; gives their number."""
    found = [
        Evidence(
            one.id,
            State.KEPT,
            Reach.PROCESS,
            now,
            now + timedelta(hours=24),
            ControlResult.BIT,
            "14 pages in a fresh browser",
            {"pages": 14, "cookies": 0},
        )
        for one in provable(edition)
    ]
    evidence_room.finish(evidence_room.begin(edition, False, now), edition, found, now)
    evidence_room.take_stock(edition, now)
    return len(found)


def choice_of(edition: Edition, path: str, now: datetime) -> tuple[str, Guest]:
    """The Cookie header of a visitor who refused everything, and the variant of the page they get."""
    purposes = answerable(edition.policy)
    until = now + timedelta(days=180)
    day = base36((until - EPOCH).days)
    cookie = "zweck-choice=1.AAAAAAAAAAA" + "".join(f".{code(edition.site, id_)}n{day}" for id_ in purposes)
    visitor = visitor_of(edition.policy, {"HTTP_COOKIE": cookie})
    return cookie, guest_of(edition, visitor, path, now)


def base36(number: int) -> str:
    """A day as the choice cookie writes it: three digits."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(digits[number // 36**place % 36] for place in (2, 1, 0))


def main() -> int:
    """Measure and keep."""
    load_before = load_now()
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "policies" / "reference.toml"
    now = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    edition = editions.activate(editions.propose(load(given)), now, permitted=True)
    proved = prove_all(edition, now)
    language = edition.policy.languages[0]
    path = address(tuple(edition.policy.languages), "statement", language)
    host = edition.policy.scope.origins[0].partition("://")[2]
    guest = guest_of(edition, NOBODY, path, now)
    look = Look(edition, Found("statement", language), now, guest=guest)
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
    chosen, refused = choice_of(edition, path, now)
    theirs = shelf.statement(Look(edition, Found("statement", language), now, guest=refused))

    def noop(given: Environ, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Length", str(len(leaf.zipped)))])
        return [leaf.zipped]

    def ask(app: App) -> None:
        statuses: list[str] = []
        body = b"".join(app(environ(path, host), lambda status, headers: statuses.append(status)))
        assert (statuses, body) == (["200 OK"], leaf.zipped)

    def ask_chosen() -> None:
        body = b"".join(front(environ(path, host, HTTP_COOKIE=chosen), lambda *_: None))
        assert body == theirs.zipped

    def cold() -> None:
        evidence_room.forget()
        shelf.clear()
        shelf.statement(look)

    fast.clear()
    assert fast.at(environ(path, host), now) is not None, "the cached page was not found: this would measure Django"
    rounds: dict[str, list[float]] = {"noop_ms": [], "cached_ms": [], "chosen_ms": [], "cold_ms": []}
    for _ in range(ROUNDS):
        rounds["noop_ms"].append(cpu_ms(lambda: ask(noop), CACHED_EACH))
        rounds["cached_ms"].append(cpu_ms(lambda: ask(front), CACHED_EACH))
        rounds["chosen_ms"].append(cpu_ms(ask_chosen, CACHED_EACH))
        rounds["cold_ms"].append(cpu_ms(cold, COLD_EACH))
    at = {name: round(median(values), 4) for name, values in rounds.items()}
    beside = f"nothing {at['noop_ms']:g} ms"
    page = f"{len(leaf.body) // 1000} kB, {len(leaf.zipped) // 1000} kB compressed, {proved} promises with evidence"
    return keep(
        "statement",
        [
            Figure("statement page, cached, CPU", at["cached_ms"], "ms", 0.4, beside),
            Figure("statement page, cached, for who has chosen, CPU", at["chosen_ms"], "ms", 0.4, beside),
            Figure("statement page, made anew, CPU", round(at["cold_ms"], 1), "ms", 10, page),
        ],
        load_before,
        **at,
        bytes=len(leaf.body),
        bytes_gzip=len(leaf.zipped),
        sentences=len(editions.statement_of(edition, language).sentences()),
        with_evidence=proved,
    )


if __name__ == "__main__":
    sys.exit(main())
