"""Figures as files and as data: everything that is shown, and nothing that is not."""

import csv
import io
from collections.abc import Iterator

from zweck.measure.values import OTHER, Figures, Now, Report

HEAD = ("dimension", "value", "views", "visits", "visitors", "bounces", "seconds", "note")
# What a spreadsheet takes for a formula when a cell begins with it (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
OTHERS = "(others)"
DIRECT = "Direct"
Data = dict[str, object]


def as_csv(report: Report, *, made_up: bool) -> str:
    """A line for the whole, for each day and for each group; a group without a value is "Direct" or "(none)"."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for dimension, value, figures, note in _lines(report):
        notes = [*note, *(["made up"] if made_up else [])]
        writer.writerow([dimension, guarded(value), *_counts(figures), "; ".join(notes)])
    return out.getvalue()


def guarded(value: str) -> str:
    """A value that no spreadsheet calculates."""
    return f"'{value}" if value.startswith(FORMULA) else value


def as_data(report: Report, *, made_up: bool) -> Data:
    """The same as data. A count of a masked group is null where it is withheld, else the least it can be."""
    return {
        "first": report.span.first.isoformat(),
        "last": report.span.last.isoformat(),
        "made_up": made_up,
        "updated_at": report.updated_at.isoformat() if report.updated_at else None,
        "imported_days": [day.isoformat() for day in report.imported_days],
        "total": _as_data(report.total),
        "days": [{"day": day.isoformat()} | _as_data(figures) for day, figures in report.days],
        "groups": {
            dimension: [{"value": _value(dimension, row.value)} | _as_data(row.figures) for row in rows]
            for dimension, rows in report.rows.items()
        },
        "funnels": [
            {
                "funnel": funnel.id,
                "steps": [
                    {"goal": goal, "visits": visits, "masked": visits is None or goal in funnel.bounded}
                    for goal, visits in funnel.steps
                ],
            }
            for funnel in report.funnels
        ],
    }


def now_as_data(found: Now) -> Data:
    """The last five minutes; null where fewer visitors are there than the least group."""
    return {"visitors": found.visitors, "views": found.views}


def _lines(report: Report) -> Iterator[tuple[str, str, Figures, list[str]]]:
    yield "total", f"{report.span.first}/{report.span.last}", report.total, _note(report.total)
    imported = set(report.imported_days)
    for day, figures in report.days:
        yield "day", day.isoformat(), figures, [*_note(figures), *(["imported"] if day in imported else [])]
    for dimension, rows in report.rows.items():
        for row in rows:
            yield dimension, _value(dimension, row.value), row.figures, _note(row.figures)
    for funnel in report.funnels:
        for number, (goal, visits) in enumerate(funnel.steps, 1):
            figures = Figures(visits=visits or 0, masked=visits is None or goal in funnel.bounded)
            yield f"funnel {funnel.id}", f"{number} {goal}", figures, _note(figures)


def _note(figures: Figures) -> list[str]:
    if not figures.masked:
        return []
    return ["at least"] if figures != Figures(masked=True) else ["withheld"]


def _counts(figures: Figures) -> list[str]:
    if figures == Figures(masked=True):
        return [""] * 5
    return [str(n) for n in (figures.views, figures.visits, figures.visitors, figures.bounces, figures.seconds)]


def _as_data(figures: Figures) -> Data:
    names = ("views", "visits", "visitors", "bounces", "seconds")
    hidden = figures == Figures(masked=True)
    return {name: None if hidden else getattr(figures, name) for name in names} | {"masked": figures.masked}


def _value(dimension: str, value: str) -> str:
    if value == OTHER:
        return OTHERS
    return value or (DIRECT if dimension == "referrer" else "(none)")
