"""The law is dated data: each day is judged by its own."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from zweck.policy.lint import Defect, as_json, lint
from zweck.policy.load import load
from zweck.policy.rules import RULES
from zweck.policy.rules.lawbook import lawbook

SHOP = Path(__file__).parent / "companies" / "shop-faulty.toml"
CLINIC = Path(__file__).parent / "companies" / "clinic-faulty.toml"
MENDED = Path(__file__).parent / "companies" / "shop-mended.toml"
REFERENCE = Path(__file__).parents[2] / "policies" / "reference.toml"
TODAY = date(2026, 11, 22)


def codes(defects: Iterable[Defect]) -> set[str]:
    return {defect.code for defect in defects}


@pytest.mark.parametrize(
    ("kind", "on", "in_force"),
    [
        ("safe-harbor", date(2015, 10, 5), True),
        ("safe-harbor", date(2015, 10, 6), False),
        ("privacy-shield", date(2016, 7, 11), False),
        ("privacy-shield", date(2016, 7, 12), True),
        ("privacy-shield", date(2020, 7, 15), True),
        ("privacy-shield", date(2020, 7, 16), False),
        ("scc", date(2019, 1, 1), True),
        ("dpf", date(2023, 7, 9), False),
        ("dpf", date(2023, 7, 10), True),
    ],
)
def test_a_mechanism_is_in_force_from_its_first_to_its_last_day(kind: str, on: date, in_force: bool) -> None:
    assert lawbook().mechanism(kind, on).in_force(on) is in_force


@pytest.mark.parametrize(("on", "years"), [(date(2024, 12, 31), 10), (date(2025, 1, 1), 8)])
def test_german_invoices_are_kept_by_the_law_of_the_day(on: date, years: int) -> None:
    today = [period.years for period in lawbook().periods_of("invoice", "DE") if period.in_force(on)]

    assert today == [years]


def test_ten_years_for_an_invoice_were_right_until_they_were_not() -> None:
    clinic = load(CLINIC)

    assert "RETENTION-OUTDATED" not in codes(lint(clinic, date(2024, 12, 31)))
    assert "RETENTION-OUTDATED" in codes(lint(clinic, date(2025, 1, 1)))


def test_the_shield_is_a_defect_from_the_day_of_its_judgment() -> None:
    message = "EU-U.S. Privacy Shield"

    before = [d for d in lint(load(SHOP), date(2020, 7, 15)) if d.code == "LAW-MECHANISM-ANNULLED"]
    after = [d for d in lint(load(SHOP), date(2020, 7, 16)) if d.code == "LAW-MECHANISM-ANNULLED"]

    assert not any(d.message.startswith(message) for d in before)
    assert any(d.message.startswith(message) for d in after)


@pytest.mark.parametrize(("on", "cite"), [(date(2024, 5, 13), "§ 25(1) TTDSG"), (date(2024, 5, 14), "§ 25(1) TDDDG")])
def test_a_renamed_law_is_cited_as_it_was_called_that_day(on: date, cite: str) -> None:
    defect = next(d for d in lint(load(CLINIC), on) if d.code == "TDDDG-LIFETIME")

    assert cite in defect.law


@pytest.mark.parametrize(
    ("code", "since"),
    [("RETIRED-PRODUCT", date(2023, 7, 1)), ("RETIRED-COMPANY", date(2017, 9, 30)), ("RETIRED-LAW", date(2024, 5, 14))],
)
def test_a_name_is_retired_from_its_day_on(code: str, since: date) -> None:
    clinic, first = load(CLINIC), max(since, date(2018, 5, 25))  # before the GDPR no rule of ours speaks

    assert code not in codes(lint(clinic, since - timedelta(days=1)))
    assert code in codes(lint(clinic, first))


def test_before_the_law_the_rules_are_silent() -> None:
    assert lint(load(CLINIC), date(1970, 1, 1)) == ()


def test_a_passed_review_warns_and_is_no_defect() -> None:
    found = lint(load(MENDED), date(2030, 1, 1))

    warnings = [d for d in found if d.code == "LAW-REVIEW-DUE"]
    assert warnings
    assert {d.severity for d in warnings} == {"warning"}
    assert all(d.file.startswith("law/") and d.line > 1 for d in warnings)
    assert not any(d["code"] == "LAW-REVIEW-DUE" for d in as_json(found)["defects"])


@pytest.mark.parametrize(("on", "warned"), [(date(2025, 10, 30), False), (date(2025, 10, 31), True), (TODAY, True)])
def test_a_mechanism_before_a_court_warns_from_the_day_of_the_appeal_and_is_no_defect(on: date, warned: bool) -> None:
    found = lint(load(REFERENCE), on)

    contested = [one for one in found if one.code == "LAW-CONTESTED"]
    assert bool(contested) is warned
    assert all(one.severity == "warning" and "C-703/25 P" in one.message for one in contested)


def test_periods_names_and_countries_are_reviewed_too() -> None:
    due = {review.what for review in lawbook().overdue(date(2030, 1, 1))}

    assert {"statutory periods", "retired names", "adequate countries"} <= due


def test_no_review_is_due_today() -> None:
    assert lawbook().overdue(TODAY) == ()


def test_every_rule_rests_on_law_in_the_book() -> None:
    for rule in RULES:
        assert any(lawbook().norm(norm, TODAY) for norm in rule.law), rule.code


def test_every_entry_has_its_source_and_its_review() -> None:
    for norm in lawbook().norms:
        assert norm.url.startswith("https://"), norm.id
        assert norm.valid_from < norm.reviewed_on < norm.review_by, norm.id
        assert norm.valid_to is None or norm.valid_from < norm.valid_to, norm.id


def test_the_rows_of_one_norm_never_overlap() -> None:
    for norm in {norm.id for norm in lawbook().norms}:
        rows = sorted((row for row in lawbook().norms if row.id == norm), key=lambda row: row.valid_from)
        for older, newer in pairwise(rows):
            assert older.valid_to is not None
            assert older.valid_to < newer.valid_from


@pytest.mark.parametrize(
    ("country", "on", "free"),
    [
        ("DE", TODAY, True),
        ("US", TODAY, False),
        ("CH", TODAY, True),
        ("GB", TODAY, True),
        ("GB", date(2031, 12, 28), False),
        ("BR", date(2026, 1, 25), False),
        ("BR", date(2026, 1, 26), True),
        ("JP", TODAY, True),
    ],
)
def test_data_travel_freely_where_the_commission_found_it_adequate(country: str, on: date, free: bool) -> None:
    assert lawbook().is_free(country, on) is free


def test_json_has_exactly_the_agreed_keys() -> None:
    printed = as_json(lint(load(SHOP), TODAY))

    assert set(printed) == {"defects", "warnings"}
    assert set(printed["defects"][0]) == {"code", "file", "line", "message", "law", "remedy"}


def test_defects_come_in_the_order_of_the_file() -> None:
    lines = [one.line for one in lint(load(SHOP), TODAY) if one.severity == "defect"]

    assert lines == sorted(lines)
