"""Writers that commit late, out of order, or not at all, and sequencers that meet."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from tests.ledger.conftest import Ledger
from zweck.ledger import acts, sql
from zweck.ledger.models import Act, Position

WRITERS, ACTS = 4, 40


def test_many_writers_and_two_sequencers_leave_no_gap(ledger: Ledger) -> None:
    writing = threading.Event()

    def write(writer: int) -> int:
        kept = 0
        for number in range(ACTS):
            with transaction.atomic():
                acts.record("collect", "example", {"writer": writer, "number": number}, ledger.now)
                dropped = number % 20 == 7
                transaction.set_rollback(dropped)
            kept += not dropped
        connections.close_all()
        return kept

    def order() -> int:
        done = 0
        while not writing.is_set():
            done += acts.sequence(ledger.now)
        connections.close_all()
        return done

    acts.verifier()  # the key and the log's name are there before the race
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        orders = [pool.submit(order) for _ in range(2)]
        kept = sum(pool.map(write, range(WRITERS)))
        writing.set()
        ordered = sum(each.result() for each in orders)

    assert ordered + ledger.sequence() == kept == Act.objects.count()
    assert list(Position.objects.values_list("position", flat=True)) == list(range(kept))
    assert acts.recounted().trouble == ()


def test_two_that_start_at_once_agree_on_key_and_name(ledger: Ledger) -> None:
    def name(_: int) -> str:
        try:
            return acts.verifier()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(name, range(8)))

    assert len(names) == 1


@pytest.mark.postgres
def test_an_act_that_commits_late_is_not_passed_over(ledger: Ledger) -> None:
    recorded, release = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            acts.record("collect", "example", {"who": "slow"}, ledger.now)
            recorded.set()
            release.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    recorded.wait(10)
    ledger.grow(3, 3)  # these have higher numbers, and are sequenced first
    release.set()
    thread.join()

    assert ledger.sequence() == 1
    assert acts.size() == 7
    assert acts.recounted().trouble == ()


@pytest.mark.postgres
def test_a_database_moved_to_a_younger_server_is_still_sequenced(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Transaction numbers begin anew there, so the mark of what is settled lies in the future."""
    with monkeypatch.context() as patch:
        patch.setattr(sql, "settled", lambda using: 2**60)
        ledger.grow(2)

    ledger.record(3)

    assert (ledger.sequence(), acts.size()) == (3, 5)
    assert acts.recounted().trouble == ()
