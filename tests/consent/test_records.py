"""A record is whole or not there, holds nobody, and cannot be changed."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from pytest_django import DjangoAssertNumQueries as Counted

from tests.consent.declared import ID, visitor
from tests.databases import Scratch
from zweck.consent import acts, keeping, sql, withdrawn
from zweck.consent.errors import NotRecorded, NotShown
from zweck.consent.models import Record, Shown
from zweck.consent.values import NOBODY, Action, Decided, Decision, Recount, Sent, Signals, Visitor
from zweck.editions.values import Edition
from zweck.ledger.models import Act

DAY = timedelta(days=1)
GPC = Signals(gpc=True)
in_database = pytest.mark.django_db


@pytest.fixture
def counted(django_assert_num_queries: Counted) -> Counted:
    """Counts queries."""
    return django_assert_num_queries


def decide(edition: Edition, action: Action, now: datetime, before: Visitor = NOBODY) -> Decided:
    token = acts.question(edition, "de", "choices", now).token
    return acts.decide(edition, Decision(action, token), before, Sent("www.example.org"), now)


@in_database
def test_a_record_says_what_was_shown_and_answered(edition: Edition, now: datetime) -> None:
    asked = acts.question(edition, "de", "choices", now)
    decided = decide(edition, "accept", now, Visitor(None, GPC))

    record = Record.objects.get(number=decided.number)

    assert (record.site, record.edition, record.edition_sha256) == ("shop", 3, edition.sha256)
    assert (record.language, record.layer, record.action, record.gpc, record.dnt) == (
        "de",
        "choices",
        "accept",
        True,
        False,
    )
    assert json.loads(record.answers) == [["measurement", "yes", "2027-05-22"], ["films", "yes", "2027-05-22"]]
    assert (record.at, record.valid_until) == (now, datetime(2027, 5, 22, tzinfo=UTC))
    assert decided.choice is not None
    assert bytes(record.choice_id) == decided.choice.id
    assert acts.text_of(record.text_sha256) == asked.text


@in_database
def test_no_record_has_room_for_a_person() -> None:
    columns = {field.name for field in Record._meta.get_fields()}

    assert columns == {
        "number", "site", "edition", "edition_sha256", "text_sha256", "choice_id", "language", "layer", "action",
        "answers", "gpc", "dnt", "at", "valid_until", "withdrawn_id", "withdrawn_until", "leaf", "entry",
    }  # fmt: skip


@in_database
def test_the_ledger_holds_the_digest_and_no_id(edition: Edition, now: datetime) -> None:
    decided = decide(edition, "refuse", now, visitor(now, films="yes"))
    record = Record.objects.get()

    body = json.loads(Act.objects.get(pk=record.entry).body)

    assert body["record"] == keeping.entry_of(record).digest()
    assert decided.choice is not None
    assert not any(id_ in json.dumps(body) for id_ in (ID.hex(), decided.choice.id.hex()))


@in_database
def test_a_text_is_archived_once(edition: Edition, now: datetime) -> None:
    decide(edition, "accept", now)
    decide(edition, "refuse", now)

    assert Shown.objects.count() == 1


@in_database
def test_a_hash_nobody_answered_has_no_text() -> None:
    with pytest.raises(NotShown):
        acts.text_of("0" * 64)


@in_database
def test_asking_writes_nothing(edition: Edition, now: datetime, counted: Counted) -> None:
    with counted(0):
        acts.question(edition, "de", "banner", now)


@in_database
@pytest.mark.parametrize("statement", [
    "UPDATE consent_record SET action = 'accept'", "DELETE FROM consent_record",
    "UPDATE consent_shown SET body = 'yes'", "DELETE FROM consent_shown",
])  # fmt: skip
def test_no_record_and_no_text_can_be_changed(edition: Edition, statement: str) -> None:
    decide(edition, "refuse", datetime.now(UTC))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@in_database
def test_a_record_on_which_nothing_rests_may_be_deleted(edition: Edition) -> None:
    decide(edition, "refuse", datetime.now(UTC) - 200 * DAY)

    Record.objects.all().delete()

    assert not Record.objects.exists()


@in_database
def test_a_record_is_kept_while_what_it_took_back_could_return(edition: Edition) -> None:
    long_ago = datetime.now(UTC) - 200 * DAY
    decide(edition, "refuse", long_ago, visitor(long_ago + 100 * DAY, films="yes"))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Record.objects.all().delete()


@in_database
def test_what_cannot_be_recorded_was_not_decided(
    edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(row: sql.Row) -> int:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(sql, "insert_record", full)

    with pytest.raises(NotRecorded):
        decide(edition, "refuse", now, visitor(now, films="yes"))

    assert (Record.objects.count(), Act.objects.count(), Shown.objects.count()) == (0, 0, 0)
    assert not acts.is_withdrawn(ID, now)


def test_another_process_knows_of_a_withdrawal_within_a_second(
    scratch_database: Scratch, edition: Edition, now: datetime
) -> None:
    decide(edition, "refuse", now, visitor(now, films="yes"))
    withdrawn.forget()  # now we are the other process

    assert not acts.is_withdrawn(ID, now)
    acts.watch_withdrawn(now)
    assert acts.is_withdrawn(ID, now)


def test_the_database_is_asked_at_most_once_a_second(
    scratch_database: Scratch, now: datetime, counted: Counted
) -> None:
    with counted(1):
        for _ in range(100):
            acts.watch_withdrawn(now)


def test_while_the_database_is_away_what_is_known_stays(
    edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(since: int, now: datetime) -> list[tuple[int, bytes, object]]:
        raise DatabaseError("no connection")

    withdrawn.add(ID, now + DAY)
    monkeypatch.setattr(sql, "withdrawn", away)

    acts.watch_withdrawn(now)

    assert acts.is_withdrawn(ID, now)


def test_many_at_once_are_all_recorded(scratch_database: Scratch, edition: Edition, now: datetime) -> None:
    def visit() -> None:
        try:
            for _ in range(5):
                decide(edition, "refuse", now, visitor(now, films="yes"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Record.objects.count(), Shown.objects.count(), Act.objects.count()) == (20, 1, 20)


@in_database
def test_statistics_count_and_name_nobody(edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zweck.editions.acts.current", lambda site: edition)
    decide(edition, "accept", now)
    decide(edition, "refuse", now)
    decide(edition, "refuse", now - DAY)
    decide(edition, "accept", now - 9 * DAY)

    found = acts.tally("shop", date(2026, 11, 21), date(2026, 11, 22))

    assert found.by_action == {"accept": 1, "refuse": 2}
    assert found.by_day == (("2026-11-21", {"refuse": 1}), ("2026-11-22", {"accept": 1, "refuse": 1}))
    assert found.by_purpose == {"films": (1, 2), "measurement": (1, 2)}


@in_database
def test_a_recount_finds_every_record_in_the_ledger_and_every_text_in_the_archive(
    edition: Edition, now: datetime
) -> None:
    decide(edition, "accept", now)
    decide(edition, "refuse", now, visitor(now, films="yes"))

    assert acts.recounted("shop") == Recount(2, 1, ())


@in_database
@pytest.mark.parametrize(("row", "found"), [
    ({"answers": '[["films","yes","2027-05-22"]]'}, "not what the ledger says"),
    ({"entry": 99_999}, "not what the ledger says"),
    ({"text_sha256": "0" * 64}, "its text is not archived"),
])  # fmt: skip
def test_a_recount_sees_a_record_that_was_slipped_in(
    edition: Edition, now: datetime, row: dict[str, object], found: str
) -> None:
    decide(edition, "refuse", now)
    record = Record.objects.get()
    record.pk = None
    for name, value in row.items():
        setattr(record, name, value)
    record.save(force_insert=True)

    assert any(line.endswith(found) for line in acts.recounted("shop").trouble)


@in_database
def test_the_database_would_carry_out_no_change(edition: Edition) -> None:
    decide(edition, "refuse", datetime.now(UTC))

    assert acts.accepted() == []


def test_a_database_without_its_triggers_is_seen(scratch_database: Scratch, edition: Edition) -> None:
    decide(edition, "refuse", datetime.now(UTC))
    of_table = " ON consent_record" if scratch_database.vendor == "postgresql" else ""
    with scratch_database.as_owner() as owner:
        with owner.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER consent_record_delete{of_table}")

        assert acts.accepted() == ["DELETE a record"]
