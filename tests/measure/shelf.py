"""Roll-ups put straight into the tables, and the reference site as the edition in force."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.measure import models
from zweck.measure.values import CODES, OTHER, Dimension

SITE = "example-meetings"
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
EDITION = Edition(
    SITE, 1, "1" * 64, NOW, SOURCE, tuple((code, sha256(code.encode()).hexdigest()) for code in ("de", "en"))
)


@pytest.fixture
def meetings(monkeypatch: pytest.MonkeyPatch) -> Edition:
    """The reference policy is in force; acts are recorded nowhere."""
    monkeypatch.setattr(editions, "current", lambda site: EDITION)
    monkeypatch.setattr(editions, "sites", lambda: (EDITION,))
    monkeypatch.setattr(editions, "site_for", lambda host: EDITION)
    monkeypatch.setattr(ledger, "record", lambda *_: None)
    return EDITION


def day_of(day: date, *, is_closed: bool = True, is_imported: bool = False) -> None:
    """A day that has figures."""
    models.Day.objects.create(site=SITE, day=day.toordinal(), made_at=NOW, is_closed=is_closed, is_imported=is_imported)


def rolled(day: date, dimension: Dimension, groups: Mapping[str, int | None]) -> None:
    """One visit for each of a group's visitors, three views in each; None is withheld."""
    for value, visitors in groups.items():
        n = visitors or 0
        models.RollUp.objects.create(
            site=_term(SITE),
            dimension=CODES[dimension],
            day=day.toordinal(),
            value=_term(value),
            views=3 * n,
            visits=n,
            visitors=n,
            bounces=n // 2,
            seconds=60 * n,
            masked=visitors is None,
        )


def _term(text: str) -> int:
    return models.Term.objects.get_or_create(text=text)[0].pk


__all__ = ["EDITION", "NOW", "OTHER", "SITE", "day_of", "meetings", "rolled"]
