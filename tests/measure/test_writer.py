"""What becomes of hits when the database is slow, away or full, and at midnight."""

import itertools
from datetime import datetime
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError

from tests.databases import Scratch
from tests.measure.declared import declared
from tests.measure.hitting import MINUTE, NOON, Stand, close_connections, said
from zweck.measure import sql, writer
from zweck.measure.clock import milliseconds
from zweck.measure.models import DayKey, Event
from zweck.measure.writer import Taken, Writer

MIDNIGHT = milliseconds(datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin")))


def away(*_given: object) -> None:
    """A database that does not answer."""
    raise OperationalError("database is locked")


def row(number: int) -> Taken:
    """A hit that tells nothing."""
    return Taken(sql.Row(number, "site", 1, NOON, 1, "", "/", "", "", "", "", "", "", 0), NOON + MINUTE)


@pytest.mark.django_db
def test_what_cannot_be_written_is_kept_told_once_and_written_later(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sql, "close_here", lambda: None)
    with monkeypatch.context() as broken:
        broken.setattr(sql, "write", away)
        for path in ("/a", "/b"):
            assert stand.view(path) == "yes"
            stand.writer.flush()

    assert [event.path for event in stand.written()] == ["/a", "/b"]
    assert caplog.text.count("held in memory") == 1


@pytest.mark.django_db
def test_a_commit_whose_answer_was_lost_doubles_nothing(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "close_here", lambda: None)
    commit = sql.write

    def deaf(*given: object) -> None:
        commit(*given)  # type: ignore[arg-type]
        away()

    with monkeypatch.context() as broken:
        broken.setattr(sql, "write", deaf)
        stand.view("/a")
        stand.writer.flush()

    assert [event.path for event in stand.written()] == ["/a"]


def test_memory_is_bounded_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "close_here", lambda: None)
    monkeypatch.setattr(sql, "write", away)
    monkeypatch.setattr(writer, "MOST", 100)
    one = Writer(lambda: NOON, lambda _: None, is_durable=False)
    monkeypatch.setattr(one, "_begin", lambda: None)
    for number in range(250):
        one.take(row(number))
        if number % 60 == 0:
            one.flush()

    held = [hit.row.id for hit in one._batch.hits]
    assert (held, one.dropped) == (list(range(150, 250)), 150)


def test_a_durable_hit_is_answered_when_it_is_committed(scratch_database: Scratch, tmp_path: Path) -> None:
    stand = Stand(declared(permission="opt-out"), tmp_path)
    stand.writer = stand.hits.writer = Writer(lambda: stand.now, lambda _: None, is_durable=True)

    try:
        assert stand.view("/a") == "yes"
        assert [event.path for event in Event.objects.all()] == ["/a"]
    finally:
        stand.writer.stop()


def test_a_durable_hit_that_cannot_be_committed_is_not_answered_as_taken(
    scratch_database: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(declared(permission="opt-out"), tmp_path)
    stand.writer = stand.hits.writer = Writer(lambda: stand.now, lambda _: None, is_durable=True)
    try:
        with monkeypatch.context() as broken:
            broken.setattr(sql, "write", away)
            assert stand.view("/a") == "503 Service Unavailable"
        assert stand.view("/b") == "yes"
        assert [event.path for event in Event.objects.all()] == ["/b"]
    finally:
        stand.writer.stop()


def test_a_stop_writes_what_was_taken(scratch_database: Scratch, tmp_path: Path) -> None:
    stand = Stand(declared(permission="opt-out"), tmp_path)
    del stand.writer._begin  # its thread may run

    stand.view("/a")
    stand.writer.stop()

    assert Event.objects.count() == 1


def test_many_threads_at_once_lose_and_double_nothing(scratch_database: Scratch, tmp_path: Path) -> None:
    stand = Stand(declared(permission="opt-out"), tmp_path)

    def send(number: int) -> None:
        for each in range(50):
            assert stand.view(f"/{number}/{each}", **stand.cora(number)) == "yes"
        close_connections()

    threads = [Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        stand.writer.flush()
    for thread in threads:
        thread.join()

    written = [event.path for event in stand.written()]
    assert sorted(written) == sorted(f"/{n}/{each}" for n, each in itertools.product(range(6), range(50)))
    assert DayKey.objects.count() == 1


@pytest.mark.django_db
def test_a_visit_that_goes_on_past_midnight_stays_on_its_day(stand: Stand) -> None:
    stand.now = MIDNIGHT - 10 * MINUTE
    stand.view("/before")
    stand.writer.flush()
    for after in (15, 10):
        stand.view(f"/after-{after}", after * MINUTE)
        stand.view("/newcomer", **stand.cora(9))
        stand.writer.flush()
    stand.view("/next-day", 20 * MINUTE)

    days = {event.path: event.day for event in stand.written()}
    assert days["/after-15"] == days["/after-10"] == days["/before"]
    assert days["/newcomer"] == days["/next-day"] == days["/before"] + 1


@pytest.mark.django_db
def test_a_visit_that_rested_for_half_an_hour_is_a_new_one_after_midnight(stand: Stand) -> None:
    stand.now = MIDNIGHT - 20 * MINUTE
    stand.view("/before")
    stand.writer.flush()
    stand.view("/after", 35 * MINUTE)

    first, second = stand.written()
    assert (second.day - first.day, first.visitor == second.visitor) == (1, False)


@pytest.mark.django_db
def test_the_same_visitor_today_and_tomorrow_has_unrelated_ids(stand: Stand) -> None:
    stand.view("/a")
    stand.writer.flush()
    stand.view("/a", 24 * 60 * MINUTE)

    first, second = stand.written()
    assert first.visitor != second.visitor
    assert len({bytes(key.wrapped) for key in DayKey.objects.all()}) == 2


@pytest.mark.django_db
def test_what_is_written_after_the_end_of_its_day_is_dropped(stand: Stand) -> None:
    stand.view("/a")
    stand.now = MIDNIGHT + 30 * MINUTE

    assert stand.written() == []


@pytest.mark.django_db
def test_an_unreadable_key_ends_in_a_calm_answer_told_once(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    stand.view("/a")
    folder = stand.keys._folder
    (folder / "measure.key").chmod(0o644)
    stand.keys._open.clear()

    assert [stand.view("/b"), stand.view("/c")] == ["503 Service Unavailable"] * 2
    assert caplog.text.count("chmod 0600") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "rubbish", "00" * 32])
def test_another_key_file_is_told_in_words(stand: Stand, content: str, caplog: pytest.LogCaptureFixture) -> None:
    stand.view("/a")
    (stand.keys._folder / "measure.key").write_text(content)
    stand.keys._open.clear()

    assert said(stand.send(None)) == "503 Service Unavailable"
    assert "put back the" in caplog.text


@pytest.mark.django_db
def test_a_key_is_shared_by_workers_and_overwritten_in_memory_when_its_day_ends(stand: Stand, tmp_path: Path) -> None:
    stand.view("/a")
    other = Stand(stand.policy, tmp_path)
    other.now = stand.now + 3000
    other.view("/b")
    opened = next(iter(stand.keys._open.values()))[1]

    assert opened == next(iter(other.keys._open.values()))[1]
    assert len({event.visitor for event in [*stand.written(), *other.written()]}) == 1
    stand.keys.forget(MIDNIGHT + 30 * MINUTE)
    assert opened == bytes(32)
    assert not stand.keys._open
