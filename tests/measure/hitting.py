"""Hits without a server: a site known by its host, and a writer whose thread never runs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zweck.doors import Answer
from zweck.measure import sites, sql
from zweck.measure.clock import milliseconds
from zweck.measure.hit import Hits
from zweck.measure.keys import DayKeys
from zweck.measure.models import Event
from zweck.measure.writer import Writer
from zweck.origin.acts import cut
from zweck.policy.model import Policy

HOST = "www.example.com"
PAGE = f"https://{HOST}/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOON = milliseconds(datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Berlin")))
MINUTE = 60_000


class Stand:
    """A site's hit path with a clock that stands still; `now` may be set."""

    def __init__(self, policy: Policy, folder: Path, now: int = NOON) -> None:
        self.now = now
        self.policy = policy
        self.keys = DayKeys(folder / "keys")
        self.writer = Writer(lambda: self.now, self.keys.forget, is_durable=False)
        self.writer._begin = lambda: None  # type: ignore[method-assign]
        self.hits = Hits(self.keys, self.writer)
        sites.clear()

    def send(self, body: object = None, **environ: Any) -> Answer:  # Any: as WSGI has it
        """One hit from a page of the site."""
        raw = body if isinstance(body, bytes) else json.dumps({"u": PAGE} if body is None else body).encode()
        given = {
            "REQUEST_METHOD": "POST",
            "HTTP_HOST": HOST,
            "HTTP_ORIGIN": f"https://{HOST}",
            "HTTP_USER_AGENT": FIREFOX,
            "wsgi.url_scheme": "https",
            "wsgi.input": BytesIO(raw),
            "CONTENT_LENGTH": str(len(raw)),
            "zweck.origin": cut(bytes([192, 0, 2, 1])),
            "zweck.rate_key": "cora",
            **environ,
        }
        sites._known[HOST] = sites._known.get(HOST) or sites._facts(self.policy, 1, HOST, self.now)
        sites._known[HOST].read_at = self.now
        answer = self.hits.answer(given, self.now)
        assert answer is not None
        return answer

    def view(self, path: str, after: int = 0, **environ: Any) -> str:  # Any: as WSGI has it
        """A view of a page so many milliseconds later; what the answer says."""
        self.now += after
        return said(self.send({"u": PAGE + path.lstrip("/")}, **environ))

    def written(self) -> list[Event]:
        """Everything taken so far, from the table."""
        self.writer.flush()
        return list(Event.objects.order_by("at", "id"))

    def cora(self, number: int) -> dict[str, Any]:  # Any: as WSGI has it
        """The environment of one of many visitors."""
        network = cut(bytes([198, 51, number % 256, 1]))
        return {
            "zweck.origin": network,
            "zweck.rate_key": f"visitor {number}",
            "HTTP_USER_AGENT": f"{FIREFOX} {number}",
        }


def said(answer: Answer) -> str:
    """What an answer says of measuring, or its status."""
    return dict(answer.headers).get("Zweck-Measured", answer.status)


def days_of(zone: str, first: datetime, count: int) -> Iterator[datetime]:
    """Noons where a site is."""
    for number in range(count):
        yield datetime.combine(first.date() + timedelta(days=number), first.time(), ZoneInfo(zone)).astimezone(UTC)


def close_connections() -> None:
    """For threads of a test."""
    sql.close_here()
