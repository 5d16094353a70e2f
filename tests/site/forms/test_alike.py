"""Nobody can tell from an answer, or from the work behind it, whether an address is known here."""

import time
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.site.forms.conftest import HERE, HOST, Visitor
from zweck.disclosure import acts as disclosure
from zweck.editions.values import Edition
from zweck.site.forms import pace, views

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(site: Edition) -> Visitor:
    """A browser at the site as it is, with the rooms that it really has."""
    return Visitor(Client(headers={"Host": HOST, "Origin": HERE}))


def sent(visitor: Visitor, address: str) -> tuple[bytes, list[str]]:
    """The page that follows, and the kinds of statements behind it."""
    pace.clear()
    fields = {"slip": visitor.slip("/newsletter"), "email": address}
    with CaptureQueriesContext(connection) as captured:
        answer = visitor.post("/newsletter", fields)
    assert answer.status_code == 200
    return answer.content, [query["sql"].split(" ", 1)[0] for query in captured.captured_queries]


def test_a_known_and_a_suppressed_address_get_the_same_page(visitor: Visitor, site: Edition) -> None:
    disclosure.suppress(site.site, "cora@example.org", "newsletter", "asked", "person", datetime.now(UTC))

    pages = {sent(visitor, one)[0] for one in ("ben@example.org", "ben@example.org", "cora@example.org")}

    assert len(pages) == 1


def test_behind_an_unknown_and_a_suppressed_address_is_the_same_work(visitor: Visitor, site: Edition) -> None:
    sent(visitor, "first@example.org")
    disclosure.suppress(site.site, "cora@example.org", "newsletter", "asked", "person", datetime.now(UTC))

    unknown, suppressed = (sent(visitor, one)[1] for one in ("anna@example.org", "cora@example.org"))

    assert unknown == suppressed


def test_no_answer_comes_before_the_time_that_all_of_them_take(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(visitor, "first@example.org")
    slept: list[float] = []
    monkeypatch.setattr(views, "EVEN_SECONDS", 5.0)
    monkeypatch.setattr(time, "sleep", slept.append)

    unknown = _seconds(visitor, slept)
    known = _seconds(visitor, slept)

    # How much later than asked a busy machine answers is not told: it is the same for everybody.
    assert min(unknown, known) >= 5.0


def _seconds(visitor: Visitor, slept: list[float]) -> float:
    pace.clear()
    fields = {"slip": visitor.slip("/newsletter"), "email": "ben@example.org"}
    start = time.monotonic()
    assert visitor.post("/newsletter", fields).status_code == 200
    return time.monotonic() - start + slept[-1]
