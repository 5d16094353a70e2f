"""A yes to a new purpose that lies in another database than the question: one yes, whenever we are killed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.mailing.test_permissions import OFFERED, vault_forgets
from tests.mailing.world import BEN, PLACES, SITE, edition, on_trial, states
from tests.vault.world import activate
from zweck.ledger.models import Act
from zweck.mailing import acts, answering, keeping, permissions
from zweck.mailing.models import Asked, Consent
from zweck.vault.values import Grant

pytestmark = pytest.mark.usefixtures("wide_club")


@pytest.fixture
def asked(tmp_path: Path, now: datetime) -> tuple[Grant, Asked]:
    """Ben, known in Virginia, is asked for a purpose whose people are in Ireland."""
    grant = on_trial(BEN, now)
    vault_forgets()
    activate(tmp_path, now, OFFERED.replace("offered_to", 'places = ["ireland"]\noffered_to') + PLACES)
    vault_forgets()
    for _ in range(10):
        permissions.put(now)
    return grant, Asked.objects.get()


def killed(*_given: object) -> None:
    raise KeyboardInterrupt


def killed_in(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, asked: tuple[Grant, Asked], now: datetime
) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(where, name, killed)
        answering.answer(edition(), *asked, "yes", now)


def proofs() -> int:
    return Consent.objects.using("ireland").filter(end__isnull=True).count()


def answered() -> list[tuple[str, int]]:
    told = Act.objects.using("default").filter(body__contains='"question.answered"').count()
    return [(row.answer, told) for row in Asked.objects.all()]


def test_a_yes_lies_where_its_purpose_does(asked: tuple[Grant, Asked], now: datetime) -> None:
    assert answering.answer(edition(), *asked, "yes", now) == "yes"

    assert states(BEN) == {"trial": "active", "course": "active"}
    assert (proofs(), answered()) == (1, [("yes", 1)])


def test_a_kill_before_the_proof_leaves_no_permission(
    asked: tuple[Grant, Asked], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in(monkeypatch, keeping, "keep", asked, now)

    assert states(BEN) == {"trial": "active"}
    assert (proofs(), answered()) == (0, [("", 0)])


def test_a_second_yes_after_a_kill_does_nothing_twice(
    asked: tuple[Grant, Asked], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in(monkeypatch, answering, "_note", asked, now)
    assert (proofs(), answered()) == (1, [("", 0)])

    assert answering.answer(edition(), *asked, "yes", now) == "yes"
    assert (proofs(), answered()) == (1, [("yes", 1)])
    assert Act.objects.using("ireland").filter(body__contains='"vault.collected"').count() == 1


def test_a_no_after_a_kill_takes_the_yes_back(
    asked: tuple[Grant, Asked], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in(monkeypatch, answering, "_note", asked, now)

    assert answering.answer(edition(), *asked, "no", now) == "no"
    assert states(BEN) == {"trial": "active"}
    assert (proofs(), answered()) == (0, [("no", 1)])


def test_the_background_work_notes_a_yes_that_a_kill_left_without_its_note(
    asked: tuple[Grant, Asked], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in(monkeypatch, answering, "_note", asked, now)
    later = now + timedelta(hours=1)

    assert answering.settle(now, "ireland") == 0  # the request may be at it still
    assert [acts.tidy(later, using) for using in ("default", "ireland", "ireland")] == [0, 1, 0]
    assert (proofs(), answered()) == (1, [("yes", 1)])
    assert acts.questions(SITE, later)[0].yes == 1
