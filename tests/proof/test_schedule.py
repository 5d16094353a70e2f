"""Proofs run by themselves before their evidence is too old, one run at a time."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.proof.conftest import StillClock, World, says
from tests.proof.small_site import SmallSite
from zweck.proof import acts, keep, models, schedule

pytestmark = pytest.mark.django_db


class Process:
    """A run that lasts until a test ends it."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.stdin = None

    def poll(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.code = -9


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> list[tuple[tuple[str, ...], Process]]:
    """The runs that were begun, with what was asked of them; a service is running."""
    settings.DATA = tmp_path
    (tmp_path / "serve.json").write_text('{"url": "http://127.0.0.1:9"}')
    runs: list[tuple[tuple[str, ...], Process]] = []

    def begin(_site: str, which: tuple[str, ...]) -> Process:
        runs.append((which, Process()))
        return runs[-1][1]

    monkeypatch.setattr(schedule, "_begin", begin)
    monkeypatch.setattr(schedule, "_begun", schedule._Begun())
    return runs


Begun = list[tuple[tuple[str, ...], Process]]


def test_quick_proofs_start_at_once_and_alone(world: World, begun: Begun, clock: StillClock) -> None:
    world.say(says("page.languages"), says("page.cookie-free"))

    schedule.run_due(clock.now())
    schedule.run_due(clock.now())

    which = begun[0][0]
    assert len(begun) == 1
    assert "page.languages" in which
    assert "page.cookie-free" not in which


def test_a_run_that_never_ends_is_ended_and_holds_up_no_other(world: World, begun: Begun, clock: StillClock) -> None:
    world.say(says("page.skip-link"))
    schedule.run_due(clock.now())

    schedule.run_due(clock.move(keep.LONGEST_RUN - timedelta(seconds=1)))
    assert begun[0][1].code is None

    schedule.run_due(clock.move(timedelta(seconds=1)))
    assert begun[0][1].code == -9

    schedule.run_due(clock.move(schedule.LOOK_EVERY))
    schedule.run_due(clock.move(schedule.REST_AFTER_FAILURE))
    assert len(begun) == 2


def test_what_is_fresh_is_left_alone_for_six_hours(
    world: World, begun: Begun, clock: StillClock, site: SmallSite
) -> None:
    world.say(says("page.languages"))
    acts.run(acts.Order("example", site.url, promises=("page.languages",)), clock)
    due = schedule._is_due
    mark = acts.standing(world.edition, clock.now()).marks["page.languages"]

    assert not due(mark, clock.move(timedelta(hours=6) - timedelta(seconds=1)))
    assert due(mark, clock.move(timedelta(seconds=1)))


def test_what_was_proved_before_this_start_is_proved_anew(
    world: World, begun: Begun, clock: StillClock, site: SmallSite
) -> None:
    world.say(says("page.languages"))
    acts.run(acts.Order("example", site.url, promises=("page.languages",)), clock)

    schedule.run_due(clock.move(timedelta(minutes=1)))

    assert "page.languages" in begun[0][0]


def test_what_could_not_be_seen_is_tried_again_soon(world: World, begun: Begun, clock: StillClock) -> None:
    world.say(says("page.languages"))
    acts.run(acts.Order("example", "http://127.0.0.1:9", promises=("page.languages",)), clock)
    mark = acts.standing(world.edition, clock.now()).marks["page.languages"]

    assert not schedule._is_due(mark, clock.now() + timedelta(minutes=29))
    assert schedule._is_due(mark, clock.now() + timedelta(minutes=30))


def test_evidence_from_before_the_clock_jumped_back_is_taken_anew(
    world: World, begun: Begun, clock: StillClock, site: SmallSite
) -> None:
    world.say(says("page.languages"))
    acts.run(acts.Order("example", site.url, promises=("page.languages",)), clock)
    clock.move(-timedelta(days=1))

    mark = acts.standing(world.edition, clock.now()).marks["page.languages"]

    assert schedule._is_due(mark, clock.now())


def test_a_run_that_came_to_nothing_is_not_begun_anew_at_once(world: World, begun: Begun, clock: StillClock) -> None:
    world.say(says("page.languages"))
    schedule.run_due(clock.now())
    begun[0][1].code = 2

    schedule.run_due(clock.now())
    schedule.run_due(clock.move(timedelta(minutes=1)))
    assert len(begun) == 1

    schedule.run_due(clock.move(timedelta(minutes=1)))
    assert len(begun) == 2


def test_without_a_running_service_nothing_is_begun(
    world: World, begun: Begun, clock: StillClock, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "serve.json").unlink()

    schedule.run_due(clock.now())

    assert begun == []


def test_the_passing_of_time_is_noticed_without_a_run(
    world: World, begun: Begun, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(says("test.vouched", "attested", until="2026-11-22"))
    monkeypatch.setattr(schedule, "provable", lambda _edition: ())
    schedule.take_stock(clock.now())

    schedule.take_stock(clock.move(timedelta(days=1)))

    assert [change.promise for change in acts.changes("example", 9)] == ["test.vouched"]
    assert models.Run.objects.count() == 0
