"""Nobody can tell from an answer, or from the work behind it, whether an address is known here."""

import time
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.running import Served
from tests.site.forms.conftest import HERE, HOST, Visitor
from zweck import doors
from zweck.disclosure import acts as disclosure
from zweck.editions.values import Edition
from zweck.proof.checks.geolocation.form import filled
from zweck.proof.drill.person import Person
from zweck.proof.drill.through import through
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


def test_whatever_was_taken_is_answered_at_the_same_time(visitor: Visitor, site: Edition) -> None:
    disclosure.suppress(site.site, "cora@example.org", "newsletter", "asked", "person", datetime.now(UTC))
    unknown, known, suppressed = (waits(visitor, one) for one in ("ben@example.org",) * 2 + ("cora@example.org",))

    assert (unknown, known, suppressed) == (views.EVEN_SECONDS,) * 3


def test_what_is_refused_waits_for_nothing(visitor: Visitor) -> None:
    answer = visitor.send("/newsletter", {"email": "nobody"})

    assert answer.status_code == 422
    assert doors.NOT_BEFORE not in answer.wsgi_request.META


def waits(visitor: Visitor, address: str) -> float:
    """How long after a form came its answer may go out, as the front is told: on a clock that tells the same."""
    pace.clear()
    fields = {"slip": visitor.slip("/newsletter"), "email": address}
    with patch.object(time, "monotonic", return_value=1000.0):
        answer = visitor.post("/newsletter", fields)
    assert answer.status_code == 200
    return round(float(answer.wsgi_request.META[doors.NOT_BEFORE]) - 1000, 6)


def test_the_running_service_keeps_the_answer_back(served: Served) -> None:
    seconds = []
    with through(served.url) as url:
        ben = Person(url)
        for _ in range(2):
            form = ben.get("/newsletter")
            began = time.monotonic()
            assert ben.submit(form, filled(form, email="ben@example.org")).status == 200
            seconds.append(time.monotonic() - began)

    assert min(seconds) >= views.EVEN_SECONDS
