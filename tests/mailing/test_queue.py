"""An import by staff is taken in the background: once, whatever happens, and its file is gone when it is done."""

from datetime import datetime, timedelta

import pytest

from tests.mailing.world import BEN, CORA, SITE, edition, states
from zweck.disclosure import acts as disclosure
from zweck.ledger.models import Act
from zweck.mailing import acts
from zweck.mailing.bringing import importing, queue
from zweck.mailing.errors import BadFile, NotMarketing
from zweck.mailing.models import Consent, Import
from zweck.mailing.values import Brought
from zweck.vault import acts as vault
from zweck.vault.errors import KeyTrouble

on_one_database = pytest.mark.usefixtures("club")
HEAD = "email,consent_at,consent_source\n"
NINE = HEAD + "".join(f"r{n}@example.org,2024-05-03,fair\n" for n in range(8)) + "nobody,,\n"


def order(purpose: str = "newsletter", place: str = "") -> acts.Order:
    return acts.Order(edition(), purpose, place, "staff:7")


def hand_in(text: str, now: datetime, *, is_shut: bool = False) -> int:
    return acts.hand_in(text.encode(), order(), now, is_shut=is_shut)


def told() -> Brought:
    return acts.brought(edition().policy, "newsletter")[0]


@on_one_database
def test_a_list_waits_sealed_and_is_gone_when_it_was_taken(now: datetime) -> None:
    hand_in(NINE, now)
    lying = bytes(Import.objects.get().content)
    assert lying
    assert b"example.org" not in lying
    assert (told().ended_at, told().lines, told().taken.rows) == (None, 10, 0)

    assert queue.take_some(now, "default") == 9
    assert bytes(Import.objects.get().content) == b""
    assert (told().ended_at, told().taken.joined, dict(told().taken.refused)) == (now, 8, {"address": (10,)})
    assert queue.take_some(now, "default") == 0
    bodies = [body for body in Act.objects.values_list("body", flat=True) if '"list.imported"' in body]
    assert len(bodies) == 1
    assert '"joined":8' in bodies[0]


@on_one_database
@pytest.mark.parametrize("rows", [0, 3, 8])
def test_a_kill_half_way_takes_nothing_twice_and_loses_nothing(
    rows: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "AT_ONCE", 2)
    hand_in(NINE, now)
    real, taken = importing.take, list[object]()

    def take(*given: object) -> None:
        if len(taken) == rows:
            raise KeyboardInterrupt
        taken.append(given)
        real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(importing, "take", take)
        queue.take_some(now, "default")
    assert told().taken.rows == rows // 2 * 2

    queue.take_some(now, "default")
    assert (told().taken.rows, told().taken.joined, told().taken.known, told().taken.refused_count) == (9, 8, 0, 1)
    assert Consent.objects.count() == 8


@on_one_database
def test_a_long_list_is_told_while_it_is_taken(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "AT_ONCE", 2)
    clock = iter([0.0, 0.1, 0.2, 0.3, 5.0, 10.0, *[10.0] * 20])
    monkeypatch.setattr(queue, "monotonic", lambda: next(clock))
    hand_in(NINE, now)

    assert queue.take_some(now, "default") == 4
    assert (told().ended_at, told().taken.joined) == (None, 4)
    assert queue.take_some(now, "default") == 5
    assert told().ended_at == now


@on_one_database
def test_what_is_no_list_is_refused_at_once(now: datetime) -> None:
    for text in ("", "name\nBen\n", "PK\x03\x04"):
        with pytest.raises(BadFile):
            hand_in(text, now)
    with pytest.raises(BadFile):
        hand_in(" \n", now, is_shut=True)
    with pytest.raises(NotMarketing):
        acts.hand_in(NINE.encode(), order("trial"), now, is_shut=False)
    assert not Import.objects.exists()


@on_one_database
def test_those_who_want_nothing_are_brought_the_same_way(now: datetime) -> None:
    hand_in(f"{BEN}\n{CORA}\nnobody\n", now, is_shut=True)
    queue.take_some(now, "default")

    assert all(disclosure.is_suppressed(SITE, one, "newsletter") for one in (BEN, CORA))
    assert (told().is_shut, told().taken.away, told().taken.refused_count) == (True, 2, 1)


@on_one_database
def test_a_file_that_nobody_can_take_for_a_day_is_deleted(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(f"{HEAD}{BEN},2024-05-03,fair\n", now)

    def away(*_given: object) -> bytes:
        raise KeyTrouble("the key service does not answer")

    monkeypatch.setattr(vault, "unseal", away)
    assert queue.take_some(now + timedelta(hours=23), "default") == 0
    assert told().ended_at is None
    queue.take_some(now + timedelta(hours=25), "default")
    assert (told().trouble, bytes(Import.objects.get().content), states(BEN)) == ("late", b"", {})


@on_one_database
def test_a_list_that_is_one_no_longer_takes_nobody(now: datetime) -> None:
    hand_in(f"{HEAD}{BEN},2024-05-03,fair\n", now)
    Import.objects.update(purpose="trial")

    queue.take_some(now, "default")
    row = Import.objects.get()
    assert (row.trouble, bytes(row.content), states(BEN)) == ("not-marketing", b"", {})


@on_one_database
def test_the_content_opens_for_its_own_import_alone(now: datetime) -> None:
    parcel = vault.seal(b"a list", "import 1", now, "default")

    assert vault.unseal(parcel, "import 1") == b"a list"
    with pytest.raises(KeyTrouble):
        vault.unseal(parcel, "import 2")
    with pytest.raises(KeyTrouble):
        vault.unseal(parcel[:-1] + bytes([parcel[-1] ^ 1]), "import 1")


@on_one_database
def test_a_report_is_kept_for_ninety_days(now: datetime) -> None:
    hand_in(NINE, now)
    queue.take_some(now, "default")

    assert queue.forget(now + timedelta(days=90), "default") == 0
    assert queue.forget(now + timedelta(days=91), "default") == 1


@pytest.mark.usefixtures("wide_club")
def test_it_waits_where_its_people_are(now: datetime) -> None:
    acts.hand_in(NINE.encode(), order(place="ireland"), now, is_shut=False)

    assert (Import.objects.using("default").count(), Import.objects.using("ireland").count()) == (0, 1)
    assert queue.take_some(now, "ireland") == 9
    assert Consent.objects.using("ireland").count() == 8
