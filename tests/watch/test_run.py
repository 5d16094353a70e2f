"""A look is kept whole, told once, and never counted twice."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.conftest import NOW
from tests.watch.conftest import EARLY, LATE, NOTE, RECORD, SOURCE, TELL, Killed, World, looked
from zweck.disclosure import acts as disclosure
from zweck.disclosure.models import Outgoing
from zweck.eye.errors import CannotLook
from zweck.eye.values import Finding
from zweck.ledger import acts as ledger
from zweck.ledger.models import Act
from zweck.policy.errors import PolicyError, PolicyErrors
from zweck.watch import history, keep, models, run
from zweck.watch.errors import AlreadyLooking, Overtaken

pytestmark = pytest.mark.django_db


def reports(folder: Path) -> list[str]:
    """The names of the reports that lie there."""
    return sorted(file.name for file in (folder / "audits").rglob("*.*"))


def test_the_first_look_tells_that_it_was_done_with_its_counts(world: World) -> None:
    world.look(world.order(), EARLY, LATE, NOTE)

    (alert,) = world.told
    assert alert.subject == "shop.example.net: first audit, 2 findings"
    assert "In all: 2 findings, 1 note." in alert.text
    assert alert.payload["counts"] == {"findings": 2, "notes": 1, "new": 0, "gone": 0}


def test_drift_is_told_once(world: World) -> None:
    number = world.order(language="de")
    world.look(number, EARLY)
    world.look(number, EARLY, LATE)
    world.look(number, EARLY, LATE)

    first, drift = world.told
    assert first.subject == "shop.example.net: erste Prüfung, 1 Befund"
    assert drift.subject == "shop.example.net: 1 neuer Befund"
    assert "_late" in drift.text
    assert "_early" not in drift.text


def test_without_drift_nothing_is_told(world: World) -> None:
    number = world.order()
    world.look(number, EARLY)
    world.look(number, EARLY, NOTE)

    assert len(world.told) == 1


def test_what_has_gone_is_told(world: World) -> None:
    number = world.order()
    world.look(number, EARLY)
    look = world.look(number)

    assert world.told[-1].subject == "shop.example.net: 1 finding gone"
    assert (look.state, [finding["id"] for finding in look.gone]) == ("fine", [EARLY.id])


def test_a_mail_names_ten_and_counts_the_rest(world: World) -> None:
    number = world.order()
    world.look(number)
    world.look(number, *(Finding("undeclared", f"c{n:02}", "cookie") for n in range(13)))

    assert world.told[-1].text.count("\n- ") == 10
    assert "and 3 more" in world.told[-1].text


def test_a_partial_look_makes_nothing_go_and_the_next_whole_one_nothing_new(world: World) -> None:
    number = world.order()
    world.look(number, EARLY, LATE)
    partial = world.look(number, EARLY, partly=("time",))
    whole = world.look(number, EARLY, LATE, partly=("pages",))

    assert (partial.gone, whole.new, len(world.told)) == ([], [], 1)


def test_what_cannot_be_looked_at_is_told_when_it_begins_and_not_every_time(world: World) -> None:
    number = world.order()
    world.look(number, EARLY)
    world.sees = CannotLook("the browser died")
    for _ in range(3):
        world.move(days=1)
        run.run(number, world.looker, world.clock)
    back = world.look(number, EARLY)

    assert [alert.subject for alert in world.told[1:]] == ["shop.example.net: could not be audited"]
    assert (back.state, back.new) == ("findings", [])


def test_a_stored_policy_that_can_no_longer_be_read_is_said_with_its_line(world: World) -> None:
    number = world.order(policy="x")
    world.sees = PolicyErrors([PolicyError("policy.toml", 7, "data", "is gone", "")])

    look = run.run(number, world.looker, world.clock)

    assert (look.state, look.why) == ("could-not-look", "policy.toml:7: data: is gone")


def test_our_own_site_is_held_against_the_edition_of_today(world: World) -> None:
    world.look(world.order("https://www.example.org/"))
    world.look(world.order("https://shop.example.net/"))

    assert [wanted.policy for wanted in world.asked] == [SOURCE.decode(), ""]


def test_a_failing_outbox_leaves_no_look_no_report_and_no_claim(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> int:
        raise Killed

    monkeypatch.setattr(disclosure, "tell_operator", fails)
    number = world.order()

    with pytest.raises(Killed):
        world.look(number, EARLY)

    row = models.Watched.objects.get()
    assert not models.Look.objects.exists()
    assert reports(tmp_path) == []
    assert (row.claim, row.due_at) == ("", NOW)


def test_a_look_and_its_act_and_its_word_are_kept_together(world: World) -> None:
    look = world.look(world.order(), EARLY)

    act, body = world.recorded[-1]
    assert (act, body["look"], body["state"]) == ("audit.looked", look.pk, "findings")
    assert world.told[-1].payload["look"] == look.pk


def test_the_outbox_and_the_ledger_take_what_a_look_hands_them(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure, "tell_operator", TELL)
    monkeypatch.setattr(ledger, "record", RECORD)
    settings.ALERT_WEBHOOK = "https://hook.example.org/"
    number = world.order("http://192.0.2.1:8080/", allow_private=True)

    world.look(number, Finding("undeclared", "ben@example.org", "cookie"))

    row = Outgoing.objects.get()
    assert (row.site, row.subject) == ("club", "192.0.2.1:8080: first audit, 1 finding")
    assert [json.loads(act.body)["act"] for act in Act.objects.order_by("pk")] == ["audit.ordered", "audit.looked"]


def test_a_killed_run_is_run_again_and_counted_once(world: World) -> None:
    number = world.order()
    world.sees = Killed()
    with pytest.raises(Killed):
        run.run(number, world.looker, world.clock)

    look = world.look(number, EARLY)

    assert [look.pk] == [past.id for past in history.looks(number)]
    assert look.is_first


def test_a_run_that_was_taken_for_dead_keeps_nothing(world: World, tmp_path: Path) -> None:
    number = world.order()
    slow = keep.claim(number, "elsewhere:1", world.now)
    world.move(minutes=32)
    keep.claim(number, "here:2", world.now)

    with pytest.raises(Overtaken):
        keep.finish(slow, looked(EARLY), world.now, world.now)

    assert not models.Look.objects.exists()
    assert reports(tmp_path) == []


def test_there_is_only_one_audit_at_a_time(world: World) -> None:
    first, second = world.order(), world.order("https://www.example.com/")
    keep.claim(first, "elsewhere:1", world.now)

    for number in (first, second):
        with pytest.raises(AlreadyLooking):
            run.run(number, world.looker, world.clock)

    world.move(minutes=32)
    run.run(second, world.looker, world.clock)


def test_hostile_names_are_kept_and_told(world: World) -> None:
    number = world.order()
    world.look(number)
    look = world.look(number, Finding("undeclared", "a\x00\nBcc: ben\ud800", "cookie", params={"by": "\x00"}))

    assert history.looks(number)[0].new == (history.looks(number)[0].findings[0],)
    assert "\nBcc" not in world.told[-1].text
    assert look.new


def test_the_last_fifty_looks_are_kept_with_their_reports(
    world: World, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    number = world.order()

    with django_capture_on_commit_callbacks(execute=True):
        made = [world.look(number, EARLY) for _ in range(53)]

    assert [past.id for past in history.looks(number)] == [look.pk for look in reversed(made[3:])]
    assert len(reports(tmp_path)) == 2 * 50


def test_the_look_that_the_next_is_held_against_is_kept_longer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "KEPT_LOOKS", 3)
    number = world.order()
    world.look(number, EARLY)
    for _ in range(5):
        world.look(number, why="no-host")
    back = world.look(number, EARLY)

    assert (back.is_first, back.new) == (False, [])


def test_what_was_stopped_long_ago_goes_with_everything(world: World) -> None:
    number = world.order()
    world.look(number, EARLY)
    world.order(every="off")

    keep.prune(world.move(days=399))
    assert models.Look.objects.count() == 1

    keep.prune(world.move(days=2))
    assert not models.Watched.objects.exists()


def test_a_report_that_no_look_names_goes_after_a_day(world: World, tmp_path: Path) -> None:
    number = world.order()
    look = world.look(number, EARLY)
    stray = tmp_path / "audits" / str(number) / "stray.html"
    stray.write_text("left behind")
    for file in stray.parent.iterdir():
        os.utime(file, (0, (world.now - timedelta(days=2)).timestamp()))

    keep.prune(world.now)

    assert reports(tmp_path) == [f"{look.report}.html", f"{look.report}.json"]


def test_a_report_is_open_to_nobody_else_on_the_machine(world: World, tmp_path: Path) -> None:
    world.look(world.order(), EARLY)

    for file in (tmp_path / "audits").rglob("*"):
        assert file.stat().st_mode & 0o077 == 0
