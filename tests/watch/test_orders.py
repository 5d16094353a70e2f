"""Audits are ordered, change their pace, and stop."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.watch.conftest import EARLY, ELSEWHERE, LATE, World
from zweck.editions import acts as editions
from zweck.watch import history, models, orders
from zweck.watch.errors import NotSetUp, NotWatched
from zweck.watch.values import Wanted

pytestmark = pytest.mark.django_db


def is_due(world: World) -> bool:
    """Whether anything is due."""
    return bool(orders.due(world.now))


def test_a_new_order_is_due_at_once_and_then_at_its_pace(world: World) -> None:
    number = world.order(every="daily")
    assert is_due(world)

    world.look(number)

    assert not is_due(world)
    world.move(hours=23, minutes=59)
    assert not is_due(world)
    world.move(minutes=1)
    assert is_due(world)


def test_a_week_is_a_week(world: World) -> None:
    number = world.order(every="weekly")
    look = world.look(number)

    assert models.Watched.objects.get().due_at == look.began_at + timedelta(weeks=1)


def test_an_address_stands_in_the_list_once(world: World) -> None:
    assert world.order() == world.order(every="weekly", pages=5)

    row = models.Watched.objects.get()
    assert (row.every, row.pages) == ("weekly", 5)


def test_the_same_order_again_brings_no_further_look(world: World) -> None:
    number = world.order()
    world.look(number)

    world.order()
    assert not is_due(world)

    world.order(policy="another")
    assert is_due(world)


def test_a_slower_pace_counts_from_the_last_look(world: World) -> None:
    number = world.order()
    look = world.look(number)

    orders.pace(number, "weekly", world.move(days=3))

    assert models.Watched.objects.get().due_at == look.began_at + timedelta(weeks=1)


def test_what_was_stopped_keeps_its_history_and_is_not_looked_at(world: World) -> None:
    number = world.order()
    world.look(number)

    orders.stop(ELSEWHERE, world.move(days=2))

    assert not is_due(world)
    assert len(history.looks(number)) == 1
    assert history.watched(number, world.now).every == "off"


def test_look_now_looks_once_even_after_a_stop(world: World) -> None:
    number = world.order()
    orders.stop(ELSEWHERE, world.now)

    orders.look_now(number, world.now)
    assert is_due(world)
    world.look(number)

    assert models.Watched.objects.get().due_at is None


def test_what_a_clock_put_too_far_ahead_is_due(world: World) -> None:
    number = world.order(every="weekly")
    world.look(number)

    world.move(days=-300)

    assert is_due(world)


def test_what_is_not_audited_cannot_be_stopped(world: World) -> None:
    with pytest.raises(NotWatched, match="is not audited"):
        orders.stop(ELSEWHERE, world.now)
    with pytest.raises(NotWatched):
        orders.pace(17, "daily", world.now)


def test_an_address_of_our_own_site_is_held_against_its_edition(world: World) -> None:
    ours = history.watched(world.order("https://www.example.org/join"), world.now)
    other = history.watched(world.order("https://www.example.org:8443/"), world.now)
    given = history.watched(world.order("https://www.example.org/shop", policy="site = 1"), world.now)

    assert [(w.site, w.against) for w in (ours, other, given)] == [
        ("club", "edition"),
        ("", "statement"),
        ("club", "file"),
    ]


def test_without_an_edition_in_force_no_order_is_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "sites", lambda: ())

    with pytest.raises(NotSetUp, match="zweck serve"):
        orders.order(Wanted(ELSEWHERE), "daily", world.now)

    assert not models.Watched.objects.exists()


def test_each_order_is_an_act_and_names_no_address(world: World) -> None:
    number = world.order("http://192.0.2.1/", allow_private=True)
    orders.pace(number, "off", world.now)

    assert [act for act, _ in world.recorded] == ["audit.ordered", "audit.paced"]
    assert "192.0.2.1" not in str(world.recorded)


def test_the_list_costs_the_same_however_long_it_is(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(5):
        number = world.order(f"https://shop{n}.example.net/")
        world.look(number, EARLY)
        world.look(number, LATE)

    with django_assert_num_queries(2):  # the sites are a third one, which this world answers itself
        found = history.everything(world.now)

    assert [watched.last and watched.last.new for watched in found] == [(LATE,)] * 5
