"""From events to figures: what is counted, what is folded, and that events and keys end."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.measure.declared import declared
from tests.measure.hitting import MINUTE, Stand
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.measure.clock import day_at, milliseconds, moment_of
from zweck.measure.days import closing
from zweck.measure.days.closing import Days
from zweck.measure.models import Day, DayKey, Event, RollUp, Step, Term
from zweck.measure.values import CODES, LEAVE, OTHER, Dimension, Figures, Happening
from zweck.policy.model import Policy

pytestmark = pytest.mark.django_db

HOUR = 60 * MINUTE
Shown = dict[str, Figures]


class Served:
    """A stand whose site is served, and the work on its days."""

    def __init__(self, policy: Policy, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand = Stand(policy, folder)
        self.days = Days()
        self.policy: Policy | None = policy
        monkeypatch.setattr(editions, "sites", self._editions)
        monkeypatch.setattr(closing, "EVERY_MS", 0)
        monkeypatch.setattr(closing, "SHARE", 0)

    def _editions(self) -> tuple[Edition, ...]:
        policy = self.policy
        return (_Known(policy),) if policy else ()  # type: ignore[return-value]

    def visit(self, visitors: range, *paths: str, referrer: str = "", event: str = "") -> None:
        """Each of these visitors sees these pages, a second apart, and does something on the last."""
        for number in visitors:
            for path in paths:
                self.stand.now += 1000
                body = {"u": f"https://www.example.com{path}", "r": referrer}
                self.stand.send(body, **self.stand.cora(number))
            if event:
                url = f"https://www.example.com{paths[-1]}"
                self.stand.send({"u": url, "e": event}, **self.stand.cora(number))

    def work(self, later: int = 0) -> int:
        """One run of the work child."""
        self.stand.writer.flush()
        self.stand.now += later
        return self.days.run(moment_of(self.stand.now))

    def close(self) -> None:
        """The day ends."""
        self.stand.writer.flush()
        self.stand.now = day_at("Europe/Berlin", self.stand.now).until
        self.days.run(moment_of(self.stand.now))


class _Known:
    def __init__(self, policy: Policy) -> None:
        self.site, self.policy = policy.site, policy


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """The reference site, measured with an opt-out."""
    policy = declared(permission="opt-out", opt_out_days=365, events=["sign-up", "download"])
    return Served(policy, tmp_path, monkeypatch)


def shown(dimension: Dimension, site: str = "example-meetings") -> Shown:
    """What the table says of a dimension."""
    rows = RollUp.objects.filter(dimension=CODES[dimension], site=Term.objects.get(text=site).pk)
    texts = dict(Term.objects.values_list("pk", "text"))
    return {
        texts[row.value]: Figures(row.views, row.visits, row.visitors, row.bounces, row.seconds, row.masked)
        for row in rows
    }


def test_visits_bounces_and_seconds_are_counted(served: Served) -> None:
    served.visit(range(5), "/", "/trial")
    served.visit(range(5, 10), "/")
    for number in range(5, 10):
        leave = {"u": "https://www.example.com/", "e": LEAVE, "s": 40}
        served.stand.send(leave, **served.stand.cora(number))
    served.work()

    assert shown("") == {"": Figures(15, 10, 10, 5, 5 * 1 + 5 * 40)}
    assert shown("path") == {"/": Figures(10, 10, 10, 0, 200), "/trial": Figures(5, 5, 5)}
    assert shown("entry") == {"/": Figures(15, 10, 10, 5, 205)}
    assert shown("exit") == {"/": Figures(5, 5, 5, 5, 200), "/trial": Figures(10, 5, 5, 0, 5)}
    assert shown("device") == {"desktop": Figures(15, 10, 10, 5, 205)}


def test_half_an_hour_of_rest_begins_a_new_visit_and_leaving_late_does_not(served: Served) -> None:
    served.visit(range(5), "/")
    served.stand.now += 45 * MINUTE
    for number in range(5):
        leave = {"u": "https://www.example.com/", "e": LEAVE, "s": 2000}
        served.stand.send(leave, **served.stand.cora(number))
    served.stand.now += 31 * MINUTE
    served.visit(range(5), "/")
    served.work()

    assert shown("") == {"": Figures(10, 10, 5, 10, 10_000)}


def test_small_groups_are_folded_together(served: Served) -> None:
    served.visit(range(10), "/")
    for number in range(10, 20):
        served.visit(range(number, number + 1), f"/rare/{number}")
    served.work()

    assert shown("path") == {"/": Figures(10, 10, 10), OTHER: Figures(10, 10, 10)}
    assert not Term.objects.filter(text__startswith="/rare").exists()


def test_many_rare_pages_of_one_visitor_are_one_visitor(served: Served) -> None:
    served.visit(range(10), "/")
    served.visit(range(20, 26), "/help")
    served.visit(range(30, 31), *(f"/rare/{number}" for number in range(9)))
    served.work()

    # /help is folded as well: the rest of the total would be one visitor's pages.
    assert shown("path") == {"/": Figures(10, 10, 10), OTHER: Figures(15, 15, 6)}


def test_a_small_group_that_adds_up_to_nothing_is_withheld(served: Served) -> None:
    served.visit(range(8), "/", event="sign-up")
    served.visit(range(3), "/", event="download")
    served.work()

    assert shown("event") == {"sign-up": Figures(8, 8, 8), OTHER: Figures(masked=True)}
    assert shown("goal") == {"sign-up": Figures(8, 8, 8)}


def test_a_day_of_few_visitors_tells_nothing(served: Served) -> None:
    served.visit(range(4), "/", "/trial", event="sign-up")
    served.work()

    assert shown("") == {"": Figures(masked=True)}
    assert RollUp.objects.count() == 1
    assert [step.visits for step in Step.objects.all()] == [None, None]


def test_a_funnel_counts_visits_in_its_order(served: Served) -> None:
    served.visit(range(20), "/trial/a", event="sign-up")
    served.visit(range(20, 30), "/trial")
    served.visit(range(40, 50), "/", event="sign-up")
    served.work()

    assert list(Step.objects.order_by("number").values_list("goal", "visits")) == [("trial-page", 30), ("sign-up", 20)]


def test_a_funnel_withholds_a_step_that_few_did_not_take(served: Served) -> None:
    served.visit(range(20), "/trial", event="sign-up")
    served.visit(range(20, 22), "/trial")
    served.work()

    assert [step.visits for step in Step.objects.order_by("number")] == [22, None]


def test_a_funnel_s_first_step_is_not_told_when_few_did_not_take_it(served: Served) -> None:
    served.visit(range(20), "/trial", event="sign-up")
    served.visit(range(20, 22), "/")
    served.work()

    assert [step.visits for step in Step.objects.order_by("number")] == [None, None]


def test_those_few_who_did_not_do_what_the_others_did_are_not_told(served: Served) -> None:
    served.visit(range(20), "/", event="sign-up")
    served.visit(range(20, 22), "/")
    served.visit(range(30, 37), "/", event="download")
    served.visit(range(20), "/", event="download")
    served.visit(range(30, 37), "/", event="sign-up")
    served.close()

    assert shown("event") == {OTHER: Figures(masked=True)}
    assert shown("goal") == {OTHER: Figures(masked=True)}
    assert shown("")[""].visitors == 29


def test_the_other_visits_of_one_visitor_are_not_told_either(served: Served) -> None:
    for _ in range(6):
        served.visit(range(1), "/")
        served.stand.now += 31 * MINUTE
    served.visit(range(20), "/", event="sign-up")
    served.work()

    assert (shown("")[""].visits, shown("")[""].visitors) == (26, 20)
    assert shown("event") == {OTHER: Figures(masked=True)}


def test_what_everybody_did_is_told(served: Served) -> None:
    served.visit(range(9), "/", event="sign-up")
    served.work()

    assert shown("event") == {"sign-up": Figures(9, 9, 9)}


@pytest.mark.parametrize("pattern", ["/a[b]?_%\\*", "/a[b]?_%\\x"])
def test_nothing_but_a_star_is_special_in_the_path_of_a_goal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    goal = declared().systems.measurement.goals["trial-page"].model_copy(update={"path": pattern})  # type: ignore[union-attr]
    one = Served(declared(permission="opt-out", goals={"odd": goal}, funnels={}), tmp_path, monkeypatch)
    for path in ("/a[b]%3F_%\\x", "/a[b]x_%\\x", "/ab?_%\\x", "/A[b]?_%\\x"):
        one.visit(range(6), path)
    one.work()

    assert shown("goal") == {}


def test_provisional_figures_follow_the_day(served: Served) -> None:
    served.visit(range(6), "/")
    assert served.work() == 1
    assert served.work() == 0
    served.visit(range(6, 9), "/")
    assert served.work() == 1

    assert shown("")[""].visitors == 9
    assert [(day.is_closed, day.is_imported) for day in Day.objects.all()] == [(False, False)]


def test_at_its_close_a_day_keeps_figures_and_nothing_else(served: Served) -> None:
    served.visit(range(6), "/")
    served.close()

    assert (Event.objects.count(), DayKey.objects.count()) == (0, 0)
    assert (shown("")[""].visitors, Day.objects.get().is_closed) == (6, True)
    before = list(RollUp.objects.values_list())
    served.work(MINUTE)
    assert list(RollUp.objects.values_list()) == before


def test_a_key_lasts_for_its_day_and_half_an_hour_at_most(served: Served) -> None:
    served.visit(range(1), "/")
    key = DayKey.objects.get()
    today = day_at("Europe/Berlin", served.stand.now)

    assert today.ends < key.until <= today.ends + 30 * MINUTE


def test_days_that_ended_while_nobody_worked_are_closed_later(served: Served) -> None:
    for _ in range(3):
        served.visit(range(6), "/")
        served.stand.writer.flush()
        served.stand.now += 24 * HOUR
    served.work(2 * 24 * HOUR)

    assert list(Day.objects.values_list("is_closed", flat=True)) == [True] * 3
    assert (Event.objects.count(), DayKey.objects.count(), RollUp.objects.filter(dimension=0).count()) == (0, 0, 3)


def test_a_site_that_is_served_no_longer_is_closed_too(served: Served) -> None:
    served.visit(range(6), "/secret-campaign")
    served.policy = None
    served.close()

    assert (Event.objects.count(), DayKey.objects.count()) == (0, 0)
    assert RollUp.objects.count() == 1


def test_the_clock_set_back_opens_no_closed_day(served: Served) -> None:
    served.visit(range(6), "/")
    served.close()
    closed = shown("")
    served.stand.now -= 2 * HOUR
    served.stand.keys._open.clear()

    assert served.stand.view("/", **served.stand.cora(1)) == "503 Service Unavailable"
    served.work()
    assert (DayKey.objects.count(), shown("")) == (0, closed)


def test_a_day_that_only_a_wrong_clock_saw_goes_without_a_trace(served: Served) -> None:
    right = served.stand.now
    served.stand.now += 40 * 24 * HOUR
    served.visit(range(6), "/")
    served.work()
    served.stand.now = right
    served.work()

    assert (Event.objects.count(), DayKey.objects.count(), Day.objects.count()) == (0, 0, 0)


def test_events_are_handed_on_before_they_go_where_the_policy_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Served(declared(permission="opt-out", keeps_events_days=25), tmp_path, monkeypatch)
    handed: list[tuple[str, date, list[Happening]]] = []
    monkeypatch.setattr(closing, "on_day_close", [lambda site, day, rows: handed.append((site, day, list(rows)))])
    one.visit(range(2), "/", "/trial")
    one.stand.now += HOUR
    one.visit(range(1), "/")
    one.close()

    [(site, day, rows)] = handed
    assert (site, day, Event.objects.count()) == ("example-meetings", date(2026, 11, 22), 0)
    assert sorted((row.visit, row.path) for row in rows) == [(1, "/"), (1, "/"), (1, "/trial"), (1, "/trial"), (2, "/")]


def test_a_listener_that_fails_keeps_the_events_and_not_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Served(declared(permission="opt-out", keeps_events_days=25), tmp_path, monkeypatch)

    def fail(*_given: object) -> None:
        raise OSError("the disk is full")

    one.visit(range(2), "/")
    with monkeypatch.context() as broken:
        broken.setattr(closing, "on_day_close", [fail])
        with pytest.raises(OSError, match="full"):
            one.close()
    assert (Event.objects.count(), DayKey.objects.count()) == (2, 0)
    monkeypatch.setattr(closing, "on_day_close", [])
    one.work(MINUTE)

    assert Event.objects.count() == 0


def test_a_site_whose_close_fails_stops_neither_another_nor_today_s_figures(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.policy = declared(permission="opt-out", keeps_events_days=25)
    handed: list[int] = []

    def fail(_site: str, day: date, _rows: object) -> None:
        handed.append(day.toordinal())
        raise OSError("the disk is full")

    monkeypatch.setattr(closing, "on_day_close", [fail])
    served.visit(range(6), "/")
    served.stand.writer.flush()
    served.stand.now += 24 * HOUR
    Day.objects.create(site="another", day=1, made_at=moment_of(served.stand.now), is_closed=False)
    served.visit(range(9), "/")
    with pytest.raises(OSError, match="full"):
        served.work()

    today = day_at("Europe/Berlin", served.stand.now).number
    assert handed == [today - 1]
    assert Day.objects.get(site="another").is_closed
    assert RollUp.objects.get(dimension=0, day=today).visitors == 9


def test_a_site_s_later_day_waits_for_the_one_that_could_not_be_closed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.policy = declared(permission="opt-out", keeps_events_days=25)
    monkeypatch.setattr(closing, "on_day_close", [lambda *_: (_ for _ in ()).throw(OSError("full"))])
    for _ in range(2):
        served.visit(range(6), "/")
        served.stand.writer.flush()
        served.stand.now += 24 * HOUR
    with pytest.raises(OSError, match="full"):
        served.work()

    assert Event.objects.count() == 12


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 11, 22), 24),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("America/Havana", date(2026, 3, 8), 23),  # its clocks skip midnight
        ("America/Havana", date(2026, 11, 1), 25),
    ],
)
def test_a_day_is_as_long_as_it_is_where_the_site_is(zone: str, day: date, hours: int) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    found = day_at(zone, milliseconds(noon))

    assert (found.number, found.ends - found.starts) == (day.toordinal(), hours * HOUR)
    assert day_at(zone, found.starts) == day_at(zone, found.ends - 1) == found
    assert day_at(zone, found.ends).starts == found.ends


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("first", [date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31)])
def test_three_days_over_a_change_of_clocks_give_three_days_of_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, first: date
) -> None:
    policy = declared(permission="opt-out").model_copy(update={"time_zone": zone})
    one = Served(policy, tmp_path, monkeypatch)
    one.stand.now = milliseconds(datetime(first.year, first.month, first.day, 12, tzinfo=UTC))
    for _ in range(72 * 2):
        one.visit(range(5), "/")
        one.work(30 * MINUTE)
    one.work(timedelta(days=2) // timedelta(milliseconds=1))

    found = list(RollUp.objects.filter(dimension=0))
    assert [row.visitors for row in found] == [5] * len(found)
    assert 3 <= len(found) <= 4
    assert not Event.objects.exists()
