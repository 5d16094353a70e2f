"""Published figures are noisy, the same at each reload, and never tell of a small group."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zweck.measure.reading.noise import SCALES, Blur, blurred, noise
from zweck.measure.values import OTHER, Dimension, Figures, Funnel, Report, Row, Span

FIRST = date(2026, 11, 1)
KEY = b"k" * 32
BLUR = Blur(KEY, "club", 5)


def told(days: int, visitors: int) -> Report:
    """A report in which each day has these visitors, and one page has all of them."""
    figures = Figures(visitors * 3, visitors, visitors, visitors // 2, visitors * 60)
    each = tuple((FIRST + timedelta(days=n), figures) for n in range(days))
    n = days * visitors
    whole = Figures(n * 3, n, n, days * (visitors // 2), n * 60)
    rows: dict[Dimension, tuple[Row, ...]] = {
        "path": (Row("/", whole), Row(OTHER, Figures(masked=True))),
        "bot": (Row("crawler", Figures(views=9)),),
    }
    span = Span(FIRST, FIRST + timedelta(days=days - 1))
    return Report(span, whole, each, rows, (Funnel("trial", (("page", whole.visits), ("done", 2))),))


def test_a_reload_tells_the_same() -> None:
    assert blurred(told(7, 40), BLUR) == blurred(told(7, 40), BLUR)


def test_another_key_tells_other_figures() -> None:
    assert blurred(told(7, 40), BLUR) != blurred(told(7, 40), Blur(b"x" * 32, "club", 5))


def test_a_day_has_the_same_noise_in_every_span_that_holds_it() -> None:
    short, long = blurred(told(3, 40), BLUR), blurred(told(9, 40), BLUR)

    assert long.days[:3] == short.days


def test_the_sum_is_that_of_the_days_shown() -> None:
    found = blurred(told(7, 40), BLUR)

    assert found.total.visitors == sum(figures.visitors for _, figures in found.days)


def test_a_small_group_is_masked_and_looks_like_an_empty_one() -> None:
    hidden = Figures(masked=True)
    strong = Blur(KEY, "club", 50)

    assert {figures for _, figures in blurred(told(7, 1), strong).days} == {hidden}
    assert {figures for _, figures in blurred(told(7, 0), strong).days} == {hidden}


def test_the_folded_row_has_noise_and_stays_marked() -> None:
    report = told(30, 40)
    counts = Figures(900, 300, 300, 0, 0, masked=True)
    found = blurred(replace(report, rows={"path": (Row(OTHER, counts),)}), BLUR).rows["path"][0].figures

    assert found.masked
    assert found.visitors != 300
    assert abs(found.visitors - 300) < 60


def test_robots_are_not_published_and_small_steps_are_withheld() -> None:
    found = blurred(told(2, 40), Blur(KEY, "club", 20))

    assert set(found.rows) == {"path"}
    assert found.funnels[0].steps[1] == ("done", None)


def test_noise_falls_off_as_a_two_sided_geometric_does() -> None:
    drawn = Counter(noise(f"cell {n}", KEY)[2] for n in range(20_000))

    # Scale 1: P(0) = (1 - 1/e) / (1 + 1/e) = 0.462, and each step outwards is 1/e of the one before.
    assert drawn[0] / 20_000 == pytest.approx(0.462, abs=0.015)
    assert drawn[1] / drawn[0] == pytest.approx(0.368, abs=0.03)
    assert drawn[-1] / drawn[1] == pytest.approx(1, abs=0.1)


@given(st.text(), st.binary(min_size=1, max_size=64))
def test_noise_is_a_small_whole_number_for_any_cell(name: str, key: bytes) -> None:
    found = noise(name.encode(errors="replace").decode(), key)

    assert len(found) == len(SCALES)
    assert all(abs(n) <= 60 * scale for n, scale in zip(found, SCALES.values(), strict=True))
