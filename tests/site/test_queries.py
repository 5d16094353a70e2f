"""What a page asks of the database: pinned, and the same after a hundred editions as after the first."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.editions.conftest import CLUB
from zweck.editions import acts as editions
from zweck.editions import models
from zweck.proof import acts as proof
from zweck.site import fast, shelf

pytestmark = pytest.mark.django_db
HERE = {"Host": "club.example.org"}
# Two for the edition in force and its hashes; then the revision, an archived text, the trouble of the policy file.
PAGES = {
    "/": 5,
    "/en": 5,
    "/privacy": 3,
    "/privacy.json": 3,
    "/privacy.md": 3,
    "/privacy/evidence/page.skip-link": 5,
    "/privacy/editions": 5,
    "/privacy/editions/1": 7,
    "/privacy/technologies": 3,
    "/privacy/choices": 4,
    "/privacy/status.html": 2,
    "/z/status": 2,
    "/privacy/changes.atom": 4,
    "/how-we-check": 4,
    "/imprint": 3,
    "/robots.txt": 2,
    "/sitemap.xml": 2,
    "/z/pages.json": 3,
    "/nothing": 5,
}


@pytest.fixture
def served(tmp_path: Path, settings: Settings, now: datetime) -> models.Edition:
    """A site with two editions, and nothing remembered from another test."""
    file = tmp_path / "policy.toml"
    file.write_text(CLUB)
    settings.POLICY, settings.SITE, settings.DATA = file, "", tmp_path
    for forget in (shelf.clear, fast.clear, proof.forget):
        forget()
    editions.take_up(now)
    go_on_for(2, models.Edition.objects.get())
    return models.Edition.objects.get(number=1)


def go_on_for(count: int, first: models.Edition) -> None:
    """Activate the same policy again and again, until there are so many editions."""
    texts = list(first.texts.all())
    for number in range(first.site.editions.count() + 1, count + 1):
        later = first.activated_at + timedelta(days=number)
        edition = models.Edition.objects.create(
            site=first.site, number=number, sha256=first.sha256, source=first.source, activated_at=later
        )
        for text in texts:
            edition.texts.create(language=text.language, sha256=text.sha256, body=text.body)


@contextmanager
def rows_read() -> Iterator[Counter[type]]:
    """Counts the rows of editions and texts that are read."""
    seen: Counter[type] = Counter()

    def note(sender: type, **_more: object) -> None:
        seen[sender] += 1

    for model in (models.Edition, models.EditionText):
        post_init.connect(note, sender=model)
    try:
        yield seen
    finally:
        for model in (models.Edition, models.EditionText):
            post_init.disconnect(note, sender=model)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_no_more_than_it_needs(path: str, served: models.Edition, client: Client) -> None:
    client.get(path, headers=HERE)

    with CaptureQueriesContext(connection) as asked:
        client.get(path, headers=HERE)

    assert len(asked) == PAGES[path], [query["sql"][:120] for query in asked]


@pytest.mark.parametrize("path", PAGES)
def test_many_editions_cost_no_more_than_two(path: str, served: models.Edition, client: Client) -> None:
    go_on_for(50, served)
    client.get(path, headers=HERE)

    with CaptureQueriesContext(connection) as asked, rows_read() as rows:
        client.get(path, headers=HERE)

    assert len(asked) == PAGES[path]
    if path != "/privacy/editions":  # lists them all
        assert rows[models.Edition] <= 3
        assert rows[models.EditionText] <= 8


def test_no_page_reads_a_text_it_does_not_show(served: models.Edition, client: Client) -> None:
    go_on_for(50, served)

    for path in PAGES:
        with CaptureQueriesContext(connection) as asked:
            client.get(path, headers=HERE)

        bodies = [query["sql"] for query in asked if '"body"' in query["sql"]]
        assert all("LIMIT 1" in query for query in bodies), path


def test_the_json_is_the_archived_text_byte_for_byte(served: models.Edition, client: Client) -> None:
    archived = '{"sections": [], "of an older form": true}'
    models.EditionText.objects.filter(language="en").update(body=archived)

    assert client.get("/privacy.json", headers=HERE).content.decode() == archived
