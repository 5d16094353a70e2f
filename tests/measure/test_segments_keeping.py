"""Days are kept where the policy says so, and erased when their time is over, whatever stands in the way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.measure.declared import declared
from tests.measure.visiting import MAY_1, Visit, day
from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Alert
from zweck.editions import acts as editions
from zweck.measure.closing import on_day_close
from zweck.measure.errors import BadQuestion, NotMeasured
from zweck.measure.segments import keeping, shelf
from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.segments.reading import filtered
from zweck.measure.values import Filter, Span
from zweck.policy.model import Policy

SITE = declared().site
SPAN = Span(MAY_1, MAY_1)
DESKTOP = Filter("device", "desktop")


class Site:
    """A site whose policy in force can be changed; its folder, and what the operator was told."""

    def __init__(self, data: Path) -> None:
        self.policy = declared(keeps_events_days=3)
        self.folder = data / "segments" / SITE
        self.told: list[Alert] = []

    def keep(self, on: date = MAY_1) -> None:
        """Close a day."""
        keeping.keep(SITE, on, day(Visit(number) for number in range(9)))

    def days(self) -> list[str]:
        """What lies there."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
def site(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Three days are kept."""
    settings.DATA = tmp_path
    made = Site(tmp_path)
    monkeypatch.setattr(editions, "current", lambda _site: SimpleNamespace(site=SITE, policy=made.policy))
    monkeypatch.setattr(editions, "sites", lambda: (SimpleNamespace(site=SITE, policy=made.policy),))
    monkeypatch.setattr(disclosure, "tell_operator", lambda alert, _now: made.told.append(alert))
    monkeypatch.setattr(keeping, "_told_at", {})
    yield made
    made.folder.chmod(0o700) if made.folder.is_dir() else None


def at(days: int, hour: int = 12) -> datetime:
    """So many days after the first of May; the site is in Berlin, two hours ahead."""
    return datetime(2026, 5, 1, hour, tzinfo=UTC) + timedelta(days=days)


def test_the_room_asks_for_each_day_at_its_close() -> None:
    assert on_day_close.count(keeping.keep) == 1


def test_a_day_is_kept_where_the_policy_says_so(site: Site) -> None:
    site.keep()

    assert site.days() == ["2026-05-01.parquet"]
    assert filtered(SITE, SPAN, [DESKTOP], ("path",)).total.visitors == 9


@pytest.mark.parametrize(
    "policy", [declared(), declared(keeps_events_days=0), declared(keeps_events_days=9, provider="aws")]
)
def test_nothing_is_kept_where_it_does_not(site: Site, policy: Policy) -> None:
    site.policy = policy

    site.keep()

    assert site.days() == []


def test_without_the_extra_nothing_is_kept_and_the_remedy_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeping, "is_installed", lambda: False)

    site.keep()

    assert site.days() == []
    assert "zweck[columns]" in caplog.text


def test_a_day_that_cannot_be_written_stays_until_its_time_is_over(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.folder.parent.mkdir()
    site.folder.write_text("in the way")

    with time_machine.travel(at(2), tick=False), pytest.raises(SegmentTrouble, match="cannot be written"):
        site.keep()
    with time_machine.travel(at(3), tick=False):
        site.keep()

    assert "now their time is over" in caplog.text


@pytest.mark.parametrize(
    ("now", "left"),
    [(at(0), 3), (at(2, 21), 3), (at(2, 22), 2), (at(3), 2), (at(4), 1), (at(5, 22), 0), (at(400), 0)],
)
def test_a_day_goes_when_its_first_moment_is_as_old_as_it_may_get(site: Site, now: datetime, left: int) -> None:
    for number in range(3):
        site.keep(MAY_1 + timedelta(days=number))

    gone = keeping.sweep(now)

    assert (gone, len(site.days())) == (3 - left, left)
    assert keeping.sweep(now) == 0


@pytest.mark.parametrize("policy", [declared(), declared(keeps_events_days=0), declared(provider="aws")])
def test_a_policy_that_keeps_nothing_any_more_erases_all(site: Site, policy: Policy) -> None:
    site.keep()
    site.policy = policy

    keeping.sweep(at(0))

    assert site.days() == []


def test_the_rest_of_a_killed_write_goes_with_its_day(site: Site) -> None:
    site.keep()
    shelf.part_of(site.folder, MAY_1).write_bytes(b"half a day")

    assert keeping.overdue(site.policy, at(4)) == (MAY_1,)
    keeping.sweep(at(4))

    assert site.days() == []


def test_a_file_of_another_name_is_left_alone(site: Site) -> None:
    site.keep()
    (site.folder / "notes.txt").write_text("by hand")

    keeping.sweep(at(400))

    assert site.days() == ["notes.txt"]


def test_an_erasure_that_fails_is_told_each_day_and_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.keep()

    def refuses(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuses)
        for later in (0, 1, 23, 25):
            with pytest.raises(SegmentTrouble, match=r"2026-05-01\.parquet: cannot be erased \(permission denied\)"):
                keeping.sweep(at(4) + timedelta(hours=later))

    assert len(site.told) == 2
    assert "kept longer than the statement says" in site.told[0].text
    assert keeping.sweep(at(6)) == 1


def test_strict_mode_says_why_nothing_can_be_filtered(site: Site) -> None:
    site.policy = declared()

    with pytest.raises(BadQuestion, match="keeps_events_days"):
        filtered(SITE, SPAN, [DESKTOP])


def test_a_provider_s_figures_are_not_ours_to_filter(site: Site) -> None:
    site.policy = declared(provider="aws")

    with pytest.raises(NotMeasured):
        filtered(SITE, SPAN, [DESKTOP])


@pytest.mark.parametrize(("dimensions", "limit"), [(("bot",), 10), (("path",), 0), (("path",), 10_001)])
def test_what_cannot_be_listed_is_refused(site: Site, dimensions: tuple[str, ...], limit: int) -> None:
    with pytest.raises(BadQuestion, match=r"would be right|choose from"):
        filtered(SITE, SPAN, [DESKTOP], dimensions, limit)  # type: ignore[arg-type]


@time_machine.travel("2026-05-02T12:00:00Z", tick=False)
def test_a_filter_can_be_asked_on_the_command_line(site: Site) -> None:
    site.keep()

    call_command("figures", "ask", "device=desktop", "--by", "path", "--by", "referrer", stdout=(out := StringIO()))

    said = out.getvalue()
    assert "2026-04-02 to 2026-05-01, 1 days with events kept\n9 visitors, 9 visits, 9 views, 9 bounces" in said
    assert "         9          9          9  /\n" in said
    assert "(none)" in said


@time_machine.travel("2026-05-02T12:00:00Z", tick=False)
def test_what_the_command_line_withholds_it_names(site: Site) -> None:
    visits = [Visit(number, referrer="one.example" if number < 3 else "") for number in range(14)]
    keeping.keep(SITE, MAY_1, day([*visits, *(Visit(number, device="mobile") for number in range(20, 23))]))

    call_command("figures", "ask", "device=desktop", stdout=(out := StringIO()))
    call_command("figures", "ask", "browser=Firefox", "--by", "referrer", stdout=(rows := StringIO()))

    assert "1 days are withheld and not counted: fewer than 5 people" in out.getvalue()
    assert "withheld  smaller groups, folded" in rows.getvalue()


@pytest.mark.parametrize(
    ("words", "told"),
    [(["device"], "DIMENSION=VALUE"), (["device=a", "--days", "0"], "1 or more"), (["colour=red"], "choose from")],
)
def test_a_command_that_cannot_be_answered_says_what_would_be_right(site: Site, words: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("figures", "ask", *words)
