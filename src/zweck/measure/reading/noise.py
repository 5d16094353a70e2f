"""Noise for published figures, the same at each reload.

Each count of each cell and day gets its own two-sided geometric noise (the discrete Laplace of Ghosh, Roughgarden and
Sundararajan, "Universally utility-maximizing privacy mechanisms", 2009), drawn from a keyed hash of the cell's name.
A span is the sum of its days, noise included, so that neither reloads nor overlapping spans average it out.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import blake2b

from zweck.measure.values import Dimension, Figures, Funnel, Report, Row, Span

# What one more person on one day may change a count by, roughly: visitors and visits by one, views by a few, seconds
# by a few minutes. The scale of the noise is that reach.
SCALES = {"views": 3.0, "visits": 1.0, "visitors": 1.0, "bounces": 1.0, "seconds": 180.0}
_WORD = 8
_HALF = 2.0**53


@dataclass(frozen=True, slots=True)
class Blur:
    """What noise is drawn from: a key that never leaves the installation, the site, and the policy's least group."""

    key: bytes
    site: str
    least: int


def blurred(report: Report, blur: Blur) -> Report:
    """The report with noise on every count; what falls below the least group is masked. Bots are left out."""
    days = tuple((day, _cell(figures, "days", "", (day,), blur)) for day, figures in report.days)
    whole = _within(report.span)
    rows: dict[Dimension, tuple[Row, ...]] = {
        dimension: tuple(Row(row.value, _cell(row.figures, dimension, row.value, whole, blur)) for row in found)
        for dimension, found in report.rows.items()
        if dimension != "bot"
    }
    funnels = tuple(_funnel(funnel, whole, blur) for funnel in report.funnels)
    return replace(report, total=_sum(figures for _, figures in days), days=days, rows=rows, funnels=funnels)


def noise(name: str, key: bytes) -> tuple[int, ...]:
    """Noise of a cell on a day, one number for each of the counts in the order of `SCALES`."""
    drawn = blake2b(name.encode(), key=key, digest_size=_WORD * len(SCALES)).digest()
    words = (int.from_bytes(drawn[at : at + _WORD], "big") for at in range(0, len(drawn), _WORD))
    return tuple(_geometric(word, scale) for word, scale in zip(words, SCALES.values(), strict=True))


def _geometric(word: int, scale: float) -> int:
    """64 random bits as two-sided geometric noise: P(n) is proportional to exp(-|n| / scale)."""
    sign = 1 if word & 1 else -1
    # Of the other bits 53 make a number above 0 and up to 1; zero would come twice as often, once for each sign.
    uniform = ((word >> 11) + 1) / _HALF
    alpha = math.exp(-1 / scale)
    never = (1 - alpha) / (1 + alpha)
    if uniform <= never:
        return 0
    left = (1 - uniform) / (1 - never)
    return sign * (1 + math.floor(math.log(max(left, 1 / _HALF)) / math.log(alpha)))


def _cell(figures: Figures, dimension: str, value: str, days: Iterable[date], blur: Blur) -> Figures:
    if figures.masked and not figures.visitors:
        return figures
    sums = [figures.views, figures.visits, figures.visitors, figures.bounces, figures.seconds]
    for day in days:
        drawn = noise("\x00".join((blur.site, dimension, value, day.isoformat())), blur.key)
        sums = [count + more for count, more in zip(sums, drawn, strict=True)]
    # What was folded, or is a lower bound, stays marked as such; its counts are noisy like all others.
    return replace(_made_fit(sums, blur.least), masked=True) if figures.masked else _made_fit(sums, blur.least)


def _made_fit(sums: list[int], least: int) -> Figures:
    """Counts that a reader can believe: none below zero, no more bounces than visits; a small group is masked.

    An empty cell and a small one look the same, so that nobody learns which it is.
    """
    views, visits, visitors, bounces, seconds = (max(count, 0) for count in sums)
    if visitors < least:
        return Figures(masked=True)
    visits = max(visits, visitors)
    return Figures(max(views, visits), visits, visitors, min(bounces, visits), seconds)


def _sum(parts: Iterable[Figures]) -> Figures:
    total = Figures()
    for part in parts:
        if not part.masked:
            total = Figures(
                total.views + part.views,
                total.visits + part.visits,
                total.visitors + part.visitors,
                total.bounces + part.bounces,
                total.seconds + part.seconds,
            )
    return total


def _funnel(funnel: Funnel, days: tuple[date, ...], blur: Blur) -> Funnel:
    steps: list[tuple[str, int | None]] = []
    for name, count in funnel.steps:
        if count is not None:
            count = max(0, count + sum(_step_noise(funnel.id, name, day, blur) for day in days))
            count = min((count, *(before for _, before in steps if before is not None)))
        steps.append((name, count if count is not None and count >= blur.least else None))
    return replace(funnel, steps=tuple(steps))


def _step_noise(funnel: str, step: str, day: date, blur: Blur) -> int:
    return noise("\x00".join((blur.site, "funnel", funnel, step, day.isoformat())), blur.key)[1]


def _within(span: Span) -> tuple[date, ...]:
    return tuple(span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1))
