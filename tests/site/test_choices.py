"""The page of all choices, the live status, and the controls that the statement names."""

import re
from datetime import date
from typing import get_args

import pytest
from django.test import Client

from tests.site.asking import cookie
from tests.site.world import NOW, World
from zweck.consent.values import Ground
from zweck.measure.values import Because
from zweck.policy.words import languages, words
from zweck.site.frame import Look
from zweck.site.pages import Found
from zweck.site.status import status_text

pytestmark = pytest.mark.django_db
FIELDSET = re.compile(r"<fieldset><legend>([^<]+)</legend>(.*?)</fieldset>", re.DOTALL)


def choices(client: Client, path: str = "/privacy/choices") -> str:
    """The page's text."""
    return client.get(path).content.decode()


def test_each_optional_purpose_has_a_yes_and_a_no_and_neither_is_chosen(asking: World, client: Client) -> None:
    found = dict(FIELDSET.findall(choices(client)))

    assert list(found) == ["Understanding what is read", "Films of regattas"]
    for box in found.values():
        assert re.findall(r'type="radio" name="purpose-\w+" value="(\w+)"', box) == ["yes", "no"]
        assert "checked" not in box


def test_what_was_answered_is_shown_with_its_end(asking: World, client: Client) -> None:
    client.cookies["zweck-choice"] = cookie(asking.editions[-1].policy, NOW, measurement="yes", regatta="no")

    found = dict(FIELDSET.findall(choices(client)))

    assert 'value="yes" checked' in found["Understanding what is read"]
    assert "Now: allowed until 21 May 2027." in found["Understanding what is read"]
    assert 'value="no" checked' in found["Films of regattas"]
    assert "Now: refused until 21 May 2027." in found["Films of regattas"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/privacy/choices",
            [
                "your consent (Art.",
                "page views",
                "Example Hosting (Ireland)",
                "film-place: local storage, 30 days",
                "1 day from their collection",
            ],
        ),
        (
            "/datenschutz/wahl",
            ["Ihre Einwilligung (Art.", "Seitenaufrufe", "Example Hosting (Irland)", "lokaler Speicher", "30 Tage"],
        ),
    ],
)
def test_before_an_answer_stands_what_a_visitor_should_know(
    path: str, told: list[str], asking: World, client: Client
) -> None:
    page = choices(client, path).replace("\N{NO-BREAK SPACE}", " ")

    assert [said for said in told if said not in page] == []


def test_a_necessary_purpose_is_told_without_any_box(asking: World, client: Client) -> None:
    needless = choices(client).partition("What needs no answer")[2]

    assert "choice: cookie, 180 days" in needless
    assert "<input" not in needless.partition("</main>")[0]


def test_the_three_buttons_are_one_kind_and_stand_in_one_row(asking: World, client: Client) -> None:
    row = choices(client).partition('<div class="row">')[2].partition("</div>")[0]

    assert re.findall(r'<button name="action" value="(\w+)">', row) == ["refuse", "accept", "save"]
    assert row.count("<button") == 3


def test_a_site_that_asks_nothing_says_so(club: World, client: Client) -> None:
    page = choices(client)

    assert "does nothing on your device that it would have to ask you about" in page
    assert "<form" not in page


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("because", get_args(Because))
def test_every_reason_reads_as_a_sentence(because: Because, language: str, asking: World) -> None:
    look = Look(asking.editions[-1], Found("statement", language), NOW)

    for measured in (True, False):
        said = status_text(look, measured, because, date(2027, 5, 21))
        assert re.fullmatch(r"[^{}.]+: (ja|nein|yes|no), [^{}.]+\. [^{}]*(21 May 2027|21\. Mai 2027)\.", said)


@pytest.mark.parametrize("language", languages())
def test_every_ground_has_its_words(language: str) -> None:
    for ground in get_args(Ground):
        assert words(language).say(f"page.choices.now.{ground}", day="X").endswith(".")


def test_below_the_sentence_stands_the_control_it_names(asking: World, client: Client) -> None:
    page = client.get("/privacy").content.decode()

    def below(promise: str) -> str:
        return page.partition(f'id="{promise}"')[2].partition('<p class="s')[0]

    assert ">Change choice</button>" in below("consent.change-control")
    assert 'value="reset">Reset choice</button>' in below("consent.reset-control")
    assert 'value="opt-out">Do not measure</button>' in below("measurement.opt-out")
    assert '<output class="live">This device is measured: no' in below("measurement.opt-out-status")


@pytest.mark.parametrize("level", ["summary", "private"])
def test_the_controls_stand_there_whatever_is_published(level: str, asking: World, client: Client) -> None:
    asking.publish(level)

    page = client.get("/privacy").content.decode()

    assert 'value="reset"' in page
    assert '<output class="live">' in page


def test_measuring_again_is_a_yes_and_so_it_is_asked_where_the_question_stands(asking: World, client: Client) -> None:
    client.cookies["zweck-choice"] = cookie(asking.editions[-1].policy, NOW, measurement="out")

    statement, page = client.get("/privacy").content.decode(), choices(client)

    assert 'action="/privacy/choices"><button>Measure this device again</button>' in statement
    assert 'value="opt-in">Measure this device again</button>' in page


def test_old_editions_carry_no_controls(asking: World, client: Client) -> None:
    main = client.get("/privacy/editions/1").content.decode().partition("<main")[2]

    assert "<form" not in main
    assert "<output" not in main
