"""What is asked says what it must, and only a question of ours can be answered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.consent.conftest import edition_of
from tests.consent.declared import source
from zweck.consent import acts, question
from zweck.consent.errors import NotShown
from zweck.editions.values import Edition

DAY = timedelta(days=1)


def test_the_question_names_purposes_recipients_third_countries_and_the_way_back(
    edition: Edition, now: datetime
) -> None:
    asked = acts.question(edition, "en", "banner", now)

    assert asked.asks == ("measurement", "films")
    assert asked.text == (
        "May we use your visit for these purposes? What is necessary works without your yes as well.",
        "Purpose: measuring reach",
        "Purpose: showing films",
        "2 recipients besides us receive data for this.",
        "The data also reach this third country: United States.",
        "Your answer counts for 180 days, yes and no alike. You can change or withdraw it at any time on the page of"
        " all purposes.",
    )


def test_a_new_purpose_asks_only_for_itself(edition: Edition, now: datetime) -> None:
    asked = acts.question(edition, "de", "banner", now, ("films",))

    assert asked.asks == ("films",)
    assert "Zweck: Filme zeigen" in asked.text
    assert not any("Reichweite" in line or "Drittland" in line for line in asked.text)


def test_the_page_of_choices_offers_the_opt_out(edition: Edition, now: datetime) -> None:
    line = acts.question(edition, "de", "choices", now).text[-1]

    assert line.startswith("Die Messung können Sie für dieses Gerät auch ganz abschalten. Das gilt 365 Tage")
    assert line not in acts.question(edition, "de", "banner", now).text


def test_where_nothing_is_asked_there_is_no_text_but_the_opt_out(now: datetime) -> None:
    quiet = edition_of(source("opt-out").replace(b'consent_mode = "ask"', b'consent_mode = "none"'), now)

    assert acts.question(quiet, "en", "banner", now).text == ()
    assert len(acts.question(quiet, "en", "choices", now).text) == 1


def test_all_visitors_of_a_day_get_the_same_question(edition: Edition, now: datetime) -> None:
    assert acts.question(edition, "en", "banner", now) == acts.question(edition, "en", "banner", now + DAY / 3)


@pytest.mark.parametrize(("language", "about"), [("fr", None), ("en", ("basket",)), ("en", ("nothing",))])
def test_what_the_site_does_not_ask_is_no_question(
    edition: Edition, now: datetime, language: str, about: tuple[str, ...] | None
) -> None:
    with pytest.raises(NotShown):
        acts.question(edition, language, "banner", now, about)


def test_a_token_leads_back_to_its_question(edition: Edition, now: datetime) -> None:
    asked = acts.question(edition, "de", "snippet", now, ("films",))

    again, text = question.answered(edition, asked.token, now + 30 * DAY)

    assert (again, text.sha256) == (asked, asked.text_sha256)


@pytest.mark.parametrize("change", [
    lambda token: "", lambda token: token[:-1], lambda token: token[:-1] + "~", lambda token: token + "x",
    lambda token: token.replace(".en.", ".de."), lambda token: token.replace(".b.", ".c."),
    lambda token: token.swapcase(), lambda token: token * 1000, lambda token: "\x00", lambda token: "1." * 50,
])  # fmt: skip
def test_a_forged_token_shows_nothing(edition: Edition, now: datetime, change: Callable[[str], str]) -> None:
    token = acts.question(edition, "en", "banner", now).token

    with pytest.raises(NotShown):
        question.answered(edition, change(token), now)


def test_a_token_of_another_site_shows_nothing(edition: Edition, now: datetime) -> None:
    token = acts.question(edition, "en", "banner", now).token
    other = edition_of(source().replace(b'site = "shop"', b'site = "club"'), now)

    with pytest.raises(NotShown, match="not issued for this site"):
        question.answered(Edition("club", 1, other.sha256, now, other.source, ()), token, now)


@pytest.mark.parametrize("later", [31 * DAY, -DAY])
def test_a_token_counts_for_thirty_days(edition: Edition, now: datetime, later: timedelta) -> None:
    token = acts.question(edition, "en", "banner", now).token

    with pytest.raises(NotShown, match="older than 30 days"):
        question.answered(edition, token, now + later)


@pytest.mark.parametrize(("old", "new"), [
    (b"showing films", b"showing films and adverts"), (b'country = "IE"', b'country = "IN"'),
    (b'consent_mode = "ask"\n\n[purposes.basket]', b'consent_mode = "none"\n\n[purposes.basket]'),
])  # fmt: skip
def test_an_answer_to_a_question_that_changed_counts_for_nothing(
    edition: Edition, now: datetime, old: bytes, new: bytes
) -> None:
    token = acts.question(edition, "en", "banner", now).token
    changed = edition_of(source().replace(old, new), now, 4)

    with pytest.raises(NotShown, match="has changed"):
        question.answered(changed, token, now)


def test_an_answer_outlives_an_edition_that_asks_the_same(edition: Edition, now: datetime) -> None:
    token = acts.question(edition, "en", "banner", now).token
    later = edition_of(source().replace(b"office@example.org", b"shop@example.org"), now, 4)

    assert question.answered(later, token, now)[0].edition == 4
