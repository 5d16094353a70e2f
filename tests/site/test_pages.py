"""Each page of the site, as a visitor's browser gets it."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.site.world import NOW, World
from zweck.editions.values import Trouble
from zweck.promises.values import State
from zweck.proof.values import Changed

PAGES = [
    ("/de", "de"),
    ("/en", "en"),
    ("/datenschutz", "de"),
    ("/privacy", "en"),
    ("/datenschutz/fassungen", "de"),
    ("/privacy/editions/1", "en"),
    ("/datenschutz/technologien", "de"),
    ("/so-pruefen-wir", "de"),
    ("/how-we-check", "en"),
    ("/impressum", "de"),
    ("/imprint", "en"),
]


@pytest.mark.parametrize(("path", "language"), PAGES)
def test_each_page_is_there_in_its_language_and_sets_no_cookie(
    path: str, language: str, club: World, client: Client
) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(("path", "language"), PAGES)
def test_no_page_has_a_script_an_inline_style_or_anything_foreign(
    path: str, language: str, club: World, client: Client
) -> None:
    page = client.get(path).content.decode()

    assert not re.search(r"<script|\sstyle=|<style|\son[a-z]+=", page)
    assert not re.findall(r'(?:src|href)="(?!/|#|mailto:|https://www\.example\.org)[^"]*"', page)


def test_each_sentence_carries_its_mark_with_a_link_to_its_evidence(club: World, client: Client) -> None:
    page = client.get("/datenschutz").content.decode()

    for sentence in club.sentences():
        assert f'href="/datenschutz/nachweis/{sentence.promise}"' in page
    assert page.count("<b>Gehalten</b>, geprüft 10:37") == len(club.sentences())


def test_a_broken_promise_is_named_with_its_day_and_linked_from_the_head(club: World, client: Client) -> None:
    broken = club.sentences()[2].promise
    club.states[broken] = State.BROKEN

    page = client.get("/datenschutz").content.decode()

    assert "<b>Gebrochen</b> seit Di, 17. Nov." in page.replace("\N{NO-BREAK SPACE}", " ")
    assert f'<a href="/datenschutz#{broken}"><b>1</b> gebrochen</a>' in page


def test_the_state_is_told_in_words_beside_an_icon_and_never_by_colour_alone(club: World, client: Client) -> None:
    for sentence, state in zip(club.sentences(), list(State)[:7], strict=False):
        club.states[sentence.promise] = state

    page = client.get("/privacy").content.decode()

    for mark in re.findall(r'<a class="m [a-z]+".*?</a>', page):
        assert re.search(r'<use href="#i-[a-z]+"/></svg><span><b>[A-Z]', mark)


def test_the_evidence_page_says_what_how_when_how_far_and_how_to_run_it_again(club: World, client: Client) -> None:
    promise = club.sentences()[0].promise

    page = client.get(f"/privacy/evidence/{promise}").content.decode()

    for said in ("public pages: 14", "left on the device: 0", "10:37 (Europe/Berlin)", "Into the running service"):
        assert said in page
    assert "planted on purpose was caught" in page
    assert f'href="/privacy#{promise}"' in page


def test_a_control_that_missed_is_told_as_such(club: World, client: Client) -> None:
    promise = club.sentences()[0].promise
    club.states[promise] = State.BROKEN

    page = client.get(f"/privacy/evidence/{promise}").content.decode()

    assert "planted on purpose went unseen" in page
    assert "a cookie before the choice" in page


def test_a_promise_that_nobody_made_has_no_evidence_page(club: World, client: Client) -> None:
    assert client.get("/privacy/evidence/no.such-promise").status_code == 404
    assert client.get("/privacy/evidence").status_code == 404


def test_the_language_switch_keeps_the_page(club: World, client: Client) -> None:
    promise = club.sentences()[0].promise

    evidence = client.get(f"/datenschutz/nachweis/{promise}").content.decode()
    edition = client.get("/privacy/editions/1").content.decode()

    assert f'<a href="/privacy/evidence/{promise}" lang="en" hreflang="en">English</a>' in evidence
    assert '<a href="/datenschutz/fassungen/1" lang="de" hreflang="de">Deutsch</a>' in edition


@pytest.mark.parametrize(
    ("wish", "language"),
    [("en-GB,en;q=0.9", "en"), ("fr,de;q=0.5", "de"), ("", "de"), ("fr", "de"), ("en;q=0,de;q=x", "de")],
)
def test_the_entrance_speaks_the_browsers_language_without_a_cookie(
    wish: str, language: str, club: World, client: Client
) -> None:
    response = client.get("/", headers={"Accept-Language": wish})

    assert f'<html lang="{language}"' in response.content.decode()
    assert response["Vary"] == "Accept-Language, Accept-Encoding"
    assert not response.cookies


def test_summary_shows_the_tally_and_claims_no_sentence_to_be_proved(club: World, client: Client) -> None:
    club.publish("summary")

    page = client.get("/privacy").content.decode()

    assert f"<b>{len(club.sentences())}</b> kept" in page
    assert 'class="m ' not in page
    assert client.get(f"/privacy/evidence/{club.sentences()[0].promise}").status_code == 404


def test_private_shows_the_text_and_nothing_of_how_it_stands(club: World, client: Client) -> None:
    club.publish("private")

    pages = [client.get(path).content.decode() for path in ("/privacy", "/en")]

    assert club.sentences("en")[0].text[:20] in pages[0]
    assert all('class="m ' not in page and 'class="tally"' not in page for page in pages)
    assert client.get("/privacy/changes.atom").status_code == 404


def test_an_old_edition_stays_readable_with_what_the_next_one_changed(club: World, client: Client) -> None:
    page = client.get("/privacy/editions/1").content.decode()

    assert "What edition 2 changed" in page
    assert re.search(r"<ins>[^<]*members", page)
    assert client.get("/privacy/editions/3").status_code == 404
    assert client.get("/privacy/editions/²").status_code == 404


def test_a_file_that_could_not_be_taken_up_is_told_on_each_page(club: World, client: Client) -> None:
    club.trouble = Trouble("broken", NOW - timedelta(days=900), "policy.toml:3: unknown key")

    for path, _language in PAGES:
        page = client.get(path).content.decode()
        assert "2024" in page
        assert "policy.toml:3" not in page


def test_an_edition_that_waits_for_a_person_is_told_apart_from_a_broken_one(club: World, client: Client) -> None:
    club.trouble = Trouble("waiting", NOW, "two new purposes")

    page = client.get("/privacy").content.decode()

    assert "A newer edition is ready and waits" in page


def test_an_edition_of_long_ago_is_read_from_the_archive_and_not_from_its_policy(club: World, client: Client) -> None:
    club.archive = {1: club.statement_of(club.editions[0], "en")}
    club.editions[0] = replace(club.editions[0], source=b"in a form of long ago")

    page = client.get("/privacy/editions/1").content.decode()

    assert "newsletter" in page
    assert client.get("/privacy/editions").status_code == 200


def test_the_feed_names_each_change_of_state(club: World, client: Client) -> None:
    promise = club.sentences()[0].promise
    club.changes = (
        Changed(promise, State.KEPT, State.BROKEN, NOW, 2),
        Changed("of.old", State.KEPT, State.BROKEN, NOW, 1),
    )

    feed = client.get("/privacy/changes.atom")

    assert feed["Content-Type"].startswith("application/atom+xml")
    assert feed.content.decode().count("<entry>") == 1
    assert "<title>Broken: " in feed.content.decode()


def test_the_statement_is_there_as_markdown_and_json(club: World, client: Client) -> None:
    markdown = client.get("/datenschutz.md")
    data = json.loads(client.get("/privacy.json").content)

    assert markdown.content.decode().startswith("# Datenschutz")
    assert (data["language"], data["site"]) == ("en", "club")


@pytest.mark.parametrize("form", ["html", "json"])
def test_other_sites_may_embed_the_table_of_technologies(form: str, club: World, client: Client) -> None:
    response = client.get(f"/privacy/technologies.{form}")

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "remembers your choice" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_the_imprint_names_who_answers(club: World, client: Client) -> None:
    page = client.get("/impressum").content.decode()

    for said in ("Rowing Club e. V.", "Am Ufer 1", "12345 Beispielstadt", "AG Example VR 1", "office@example.org"):
        assert said in page


def test_no_page_changes_anything(club: World, client: Client) -> None:
    for path, _language in PAGES:
        assert client.post(path, headers={"Origin": "http://testserver"}).status_code == 405
        assert client.post(path, headers={"Origin": "https://www.example.net"}).status_code == 403
