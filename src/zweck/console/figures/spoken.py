"""Figures in words: counts and what masks them, names of values, and the panels of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from zweck.console.figures.charts import Chart, chart
from zweck.measure.values import NONE, OTHER, Dimension, Figures, Funnel, Report, Row, Span
from zweck.policy.model import Policy
from zweck.policy.systems import Measurement
from zweck.policy.texts import say
from zweck.policy.words import Words

Context = dict[str, object]
ROWS = 10
# What each panel counts; whatever a dimension cannot tell is not shown as nothing.
COLUMNS: Mapping[Dimension, tuple[str, str]] = {
    "path": ("visitors", "views"),
    "entry": ("visitors", "visits"),
    "exit": ("visitors", "visits"),
    "referrer": ("visitors", "visits"),
    "utm_source": ("visitors", "visits"),
    "utm_medium": ("visitors", "visits"),
    "utm_campaign": ("visitors", "visits"),
    "device": ("visitors", "visits"),
    "browser": ("visitors", "visits"),
    "event": ("visitors", "views"),
    "goal": ("visitors", "visits"),
    "bot": ("views", ""),
}
_BREAKDOWN: Mapping[Dimension, str] = {
    "path": "path", "entry": "path", "exit": "path", "referrer": "referrer", "utm_source": "utm", "utm_medium": "utm",
    "utm_campaign": "utm", "device": "device", "browser": "browser",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who puts figures into words: the language, the policy, and how it measures."""

    words: Words
    policy: Policy
    measurement: Measurement

    def say(self, key: str, **params: object) -> str:
        """A text of the figures."""
        return self.words.say(f"staff.figures.{key}", **params)

    def count(self, figures: Figures, column: str) -> str:
        """A count, or the words that mask it."""
        n = int(getattr(figures, column))
        if not figures.masked:
            return self.words.number(n)
        return (
            self.say("at_least", count=self.words.number(n)) if n else self.say("fewer", n=self.measurement.least_group)
        )

    def name(self, dimension: Dimension, value: str) -> str:
        """A value as people call it."""
        if value == OTHER:
            return self.say("others", n=self.measurement.least_group)
        if value == NONE:
            return self.say("direct" if dimension == "referrer" else "none")
        if dimension == "goal" and value in self.measurement.goals:
            return self._text(self.measurement.goals[value].name)
        key = f"staff.figures.value.{dimension}-{value}"
        return self.words.say(key) if self.words.has(key) else value

    def funnel(self, id_: str) -> str:
        """A funnel's name."""
        known = self.measurement.funnels.get(id_)
        return self._text(known.name) if known else id_

    def purpose(self, id_: str) -> str:
        """A purpose's name; its id where it is declared no longer."""
        known = self.policy.purposes.get(id_)
        return self._text(known.name) if known else id_

    def span(self, span: Span) -> str:
        """Days as a reader says them."""
        if span.first == span.last:
            return self.words.date(span.first)
        return self.say("span", first=self.words.date(span.first), last=self.words.date(span.last))

    def percent(self, part: int, whole: int) -> str:
        """A share; a dash of nothing."""
        return self.say("percent", n=round(100 * part / whole)) if whole else "–"

    def duration(self, seconds: int, visits: int) -> str:
        """The mean length of a visit."""
        if not visits:
            return "–"
        minutes, rest = divmod(round(seconds / visits), 60)
        return self.say("minutes", time=f"{minutes}:{rest:02}")

    def _text(self, text: str | Mapping[str, str]) -> str:
        language = self.words.language
        return say(text, language if language in self.policy.languages else self.policy.languages[0])


def dimensions_of(measurement: Measurement) -> tuple[Dimension, ...]:
    """What a policy breaks figures down by, in the order of the page."""
    declared = [name for name, breakdown in _BREAKDOWN.items() if breakdown in measurement.dimensions]
    events: list[Dimension] = ["event"] if measurement.events else []
    goals: list[Dimension] = ["goal"] if measurement.goals else []
    return (*declared, *events, *goals, "bot")


def tiles(total: Figures, before: Figures | None, speaker: Speaker) -> list[Context]:
    """The whole in six numbers, each with its change."""
    told = [
        (column, speaker.count(total, column), _change(total, before, column, speaker))
        for column in ("visitors", "visits", "views")
    ]
    told.append(("bounce", speaker.percent(total.bounces, total.visits), _was(before, "bounce", speaker)))
    told.append(("duration", speaker.duration(total.seconds, total.visits), _was(before, "duration", speaker)))
    return [{"name": speaker.say(f"count.{name}"), "said": said, "change": change} for name, said, change in told]


def _change(total: Figures, before: Figures | None, column: str, speaker: Speaker) -> str:
    if before is None:
        return ""
    was, now = int(getattr(before, column)), int(getattr(total, column))
    if not was or before.masked or total.masked:
        return speaker.say("was", said=speaker.count(before, column))
    change = round(100 * (now - was) / was)
    return speaker.say("change", change=f"{change:+}".replace("-", "−"), said=speaker.count(before, column))


def _was(before: Figures | None, which: str, speaker: Speaker) -> str:
    if before is None:
        return ""
    said = (
        speaker.percent(before.bounces, before.visits)
        if which == "bounce"
        else speaker.duration(before.seconds, before.visits)
    )
    return speaker.say("was", said=said)


def drawn(report: Report, speaker: Speaker) -> Context:
    """The chart of the days and its table."""
    made: Chart = chart(report)
    columns = [
        {
            "shape": column,
            "day": speaker.span(column.span),
            "counts": [speaker.count(column.figures, name) for name in ("visitors", "visits", "views")],
            "said": speaker.say(
                "column",
                day=speaker.span(column.span),
                views=speaker.count(column.figures, "views"),
                visitors=speaker.count(column.figures, "visitors"),
            ),
            "is_imported": column.is_imported,
        }
        for column in made.columns
    ]
    return {
        "columns": columns,
        "line": made.line,
        "highest": speaker.words.number(made.highest),
        "half": speaker.words.number(made.highest // 2) if made.highest % 2 == 0 and made.highest else "",
        "heads": [speaker.say(f"count.{name}") for name in ("visitors", "visits", "views")],
        "first": speaker.words.date(report.span.first),
        "last": speaker.words.date(report.span.last),
        "span": speaker.span(report.span),
    }


def panels(report: Report, speaker: Speaker) -> list[Context]:
    """One table for each dimension."""
    return [panel(dimension, rows, speaker) for dimension, rows in report.rows.items()]


def panel(dimension: Dimension, rows: tuple[Row, ...], speaker: Speaker) -> Context:
    """The table of a dimension, its bars in hundredths of the largest."""
    columns = [name for name in COLUMNS[dimension] if name]
    shown = [int(getattr(row.figures, columns[0])) for row in rows]
    most = max(shown, default=0)
    return {
        "id": dimension,
        "name": speaker.say(f"panel.{dimension}"),
        "heads": [speaker.say("count.hits" if dimension == "bot" else f"count.{_head(dimension, c)}") for c in columns],
        "rows": [
            {
                "name": speaker.name(dimension, row.value),
                "counts": [speaker.count(row.figures, column) for column in columns],
                "bar": round(100 * n / most, 1) if most else 0,
                "is_other": row.value == OTHER,
                "by": ""
                if dimension == "bot" or row.value == OTHER
                else urlencode({"by": dimension, "value": row.value}),
            }
            for row, n in zip(rows, shown, strict=True)
        ],
        "is_long": len(rows) >= ROWS,
    }


def _head(dimension: Dimension, column: str) -> str:
    return "times" if dimension == "event" and column == "views" else column


def funnels(found: tuple[Funnel, ...], speaker: Speaker) -> list[Context]:
    """Funnels as the policy declares them now, each step with its share of the first."""
    known = {funnel.id: funnel for funnel in found}
    return [
        {"name": speaker.funnel(id_), "steps": _steps(known[id_], declared.steps, speaker)}
        for id_, declared in speaker.measurement.funnels.items()
        if id_ in known
    ]


def _steps(funnel: Funnel, declared: Sequence[str], speaker: Speaker) -> list[Context]:
    counts = dict(funnel.steps)
    first = counts.get(declared[0]) or 0
    return [
        {
            "name": speaker.name("goal", goal),
            "count": speaker.count(Figures(visits=counts.get(goal) or 0, masked=_is_bound(funnel, goal)), "visits"),
            "share": "" if _is_bound(funnel, goal) else speaker.percent(counts.get(goal) or 0, first),
            "bar": round(100 * min((counts.get(goal) or 0) / (first or 1), 1), 1),
        }
        for goal in declared
    ]


def _is_bound(funnel: Funnel, goal: str) -> bool:
    return goal in funnel.bounded or dict(funnel.steps).get(goal, 0) is None


def days_said(days: tuple[date, ...], speaker: Speaker) -> str:
    """How many days were brought in, and which."""
    if not days:
        return ""
    return speaker.say("imported", n=len(days), span=speaker.span(Span(days[0], days[-1])))
