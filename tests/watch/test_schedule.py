"""Audits begin by themselves when they are due, one at a time, and none is begun for ever."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections

from tests.conftest import NOW
from tests.databases import Scratch
from tests.watch.conftest import EARLY, World
from zweck.watch import history, keep, models, schedule
from zweck.watch.errors import AlreadyLooking


class Process:
    """A run that lasts until a test ends it."""

    pid = 4_194_305  # above what Linux gives

    def __init__(self) -> None:
        self.code: int | None = None
        self.stdin = None

    def poll(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.code = -9


Begun = list[tuple[int, Process]]


@pytest.fixture
def begun(world: World, monkeypatch: pytest.MonkeyPatch) -> Begun:
    """The runs that were begun, by the number of their audit."""
    runs: Begun = []

    def begin(watched: int) -> Process:
        runs.append((watched, Process()))
        return runs[-1][1]

    monkeypatch.setattr(schedule, "_begin", begin)
    return runs


@pytest.mark.django_db
def test_what_is_due_begins_and_what_is_not_does_not(world: World, begun: Begun) -> None:
    number = world.order()
    schedule.run_due(world.now)
    begun[0][1].code = 0
    world.look(number)

    assert schedule.run_due(world.move(hours=23)) == 0
    assert schedule.run_due(world.move(hours=1)) == 1
    assert [watched for watched, _ in begun] == [number, number]


@pytest.mark.django_db
def test_of_two_that_are_due_the_older_one_begins_and_the_other_waits_for_its_end(world: World, begun: Begun) -> None:
    older = world.order("https://www.example.com/")
    younger = world.order(every="weekly") if world.move(minutes=1) else 0

    schedule.run_due(world.now)
    schedule.run_due(world.now)
    assert [watched for watched, _ in begun] == [older]

    begun[0][1].code = 0
    world.look(older)
    schedule.run_due(world.now)
    assert [watched for watched, _ in begun] == [older, younger]


@pytest.mark.django_db
def test_a_run_that_never_ends_is_ended_and_let_go(world: World, begun: Begun) -> None:
    number = world.order()
    schedule.run_due(world.now)
    keep.claim(number, keep.process(Process.pid), world.now)

    schedule.run_due(world.move(minutes=29))
    assert begun[0][1].code is None
    schedule.run_due(world.move(minutes=1))
    assert begun[0][1].code == -9
    schedule.run_due(world.move(seconds=2))

    assert models.Watched.objects.get().claim == ""


@pytest.mark.django_db
def test_a_killed_run_is_begun_again_after_a_rest(world: World, begun: Begun) -> None:
    world.order()
    schedule.run_due(world.now)
    begun[0][1].code = -9

    schedule.run_due(world.now)
    schedule.run_due(world.move(minutes=1))
    assert len(begun) == 1

    schedule.run_due(world.move(minutes=1))
    assert len(begun) == 2


@pytest.mark.django_db
def test_a_run_that_always_dies_is_told_once_and_rests_until_its_next_time(world: World, begun: Begun) -> None:
    number = world.order()
    for _ in range(6):
        schedule.run_due(world.move(minutes=3))
        begun[-1][1].code = -9
    assert len(begun) == 3

    for _ in range(6):
        schedule.run_due(world.move(hours=8))
        begun[-1][1].code = -9
        world.move(minutes=3)

    assert {look.state for look in history.looks(number)} == {"failed"}
    assert [alert.subject for alert in world.told] == ["shop.example.net: the audit broke off several times"]


@pytest.mark.django_db
def test_a_new_start_lets_go_what_died_with_the_last_one(world: World, begun: Begun) -> None:
    number = world.order()
    keep.claim(number, keep.process(77), world.now)

    assert schedule.run_due(world.move(seconds=1)) == 1


@pytest.mark.django_db
def test_what_another_machine_is_at_is_waited_for(world: World, begun: Begun) -> None:
    first = world.order()
    world.order("https://www.example.com/")
    keep.claim(first, "elsewhere:77", world.now)

    assert schedule.run_due(world.move(seconds=1)) == 0
    assert schedule.run_due(world.move(minutes=32)) == 1


@pytest.fixture
def committed(scratch_database: Scratch) -> Iterator[None]:
    """A database in which what one thread commits, another one sees."""
    yield
    connections.close_all()


def test_of_two_processes_that_begin_at_once_one_comes_second(world: World, committed: None) -> None:
    numbers = [world.order(), world.order("https://www.example.com/")]
    barrier, refused = threading.Barrier(2), list[int]()

    def claim(number: int) -> None:
        barrier.wait()
        try:
            keep.claim(number, f"machine:{number}", NOW)
        except AlreadyLooking:
            refused.append(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert models.Watched.objects.exclude(claim="").count() == 1


def test_what_is_kept_is_really_kept(world: World, committed: None) -> None:
    number = world.order()
    world.look(number, EARLY)
    connections.close_all()

    assert history.looks(number)[0].findings == (EARLY,)
    assert history.watched(number, NOW + timedelta(days=1)).last is not None
