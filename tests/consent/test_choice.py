"""The choice cookie reads as it was written, stays small, and survives whatever comes back instead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.consent.declared import ID, chosen, cookie, shop
from zweck.consent import acts
from zweck.consent.choice import EPOCH, found, until, written
from zweck.consent.facts import Facts, facts
from zweck.consent.values import Answer, Choice, Visitor
from zweck.policy.reading.choices import MOST, code

NINE = tuple(f"purpose-{number}" for number in range(MOST))
DAYS = st.integers(0, 36**3 - 1).map(lambda days: EPOCH + timedelta(days=days))
ANSWERS = st.builds(Answer, st.sampled_from(["yes", "no", "out"]), DAYS)


def nine() -> Facts:
    codes = {purpose: code("shop", purpose) for purpose in NINE}
    known = facts(shop())
    return Facts(known.policy, NINE, codes, {c: p for p, c in codes.items()}, None, False, 365, 400, False)


@given(st.binary(min_size=8, max_size=8), st.dictionaries(st.sampled_from(NINE), ANSWERS))
def test_a_choice_reads_as_it_was_written(id_: bytes, answers: dict[str, Answer]) -> None:
    choice = Choice(id_, answers)

    value = written(choice, nine())

    assert found(f"zweck-choice={value}", nine()) == [choice]
    assert len(f"zweck-choice={value}") <= 100


def test_nine_answers_fit_into_a_hundred_bytes() -> None:
    full = Choice(ID, {purpose: Answer("yes", datetime(2100, 1, 1, tzinfo=UTC)) for purpose in NINE})

    assert len("zweck-choice=" + written(full, nine())) == 98


@given(st.text(max_size=300))
def test_rubbish_is_no_choice_and_no_error(rubbish: str) -> None:
    visitor = acts.visitor_of(shop(), f"zweck-choice={rubbish}; zweck-choice=1.{rubbish}; {rubbish}", rubbish, rubbish)

    assert visitor.choice is None or len(visitor.choice.id) == 8


@given(st.data())
def test_a_truncated_choice_keeps_what_can_be_read(data: st.DataObject) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    choice = chosen(now, measurement="yes", films="no")
    value = written(choice, facts(shop()))

    cut = found(f"zweck-choice={value[: data.draw(st.integers(0, len(value)))]}", facts(shop()))

    assert all(each.id == ID and each.answers.items() <= choice.answers.items() for each in cut)


@pytest.mark.parametrize("value", [
    "", "1", "1.", "2.AAECAwQFBv8", "1.AAECAwQFBv", "1.AAECAwQFBv9", "0.AAECAwQFBv8", "true", "%7B%22a%22%3A1%7D",
])  # fmt: skip
def test_another_version_or_half_an_id_is_no_choice(value: str) -> None:
    assert acts.visitor_of(shop(), f"zweck-choice={value}", "", "").choice is None


def test_unknown_purposes_and_doubled_dots_are_passed_over(now: datetime) -> None:
    choice = chosen(now, films="yes")
    value = written(choice, facts(shop()))
    with_more = f"{value[:13]}.zzzy0aa..{value[14:]}.zzz.films"

    assert found(f"zweck-choice={with_more}", facts(shop())) == [choice]


def test_a_huge_cookie_is_read_no_further_than_one_of_ours() -> None:
    huge = "1.AAECAwQFBv8" + ".zzzy0aa" * 100_000

    (choice,) = found(f"zweck-choice={huge}", facts(shop()))

    assert choice == Choice(ID)


def test_of_two_choices_the_last_counts(now: datetime) -> None:
    no, yes = chosen(now, films="no"), Choice(b"another!", chosen(now, films="yes").answers)

    visitor = acts.visitor_of(shop(), f"{cookie(no)}; {cookie(yes)}", "", "")

    assert visitor.choice == yes


@pytest.mark.parametrize(
    "header", ["xzweck-choice=1.AAECAwQFBv8", "a=zweck-choice=1.AAECAwQFBv8", "zweck-choices=1.AA"]
)
def test_a_cookie_of_another_name_is_not_ours(header: str) -> None:
    assert acts.visitor_of(shop(), header, "", "") == Visitor()


def test_an_answer_counts_to_the_end_of_its_last_day(now: datetime) -> None:
    known = facts(shop())

    assert until("yes", now, known) == until("no", now, known) == datetime(2027, 5, 22, tzinfo=UTC)
    assert until("out", now, known) == datetime(2027, 11, 23, tzinfo=UTC)
