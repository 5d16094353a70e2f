"""What machines ask for at fixed addresses."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.site.world import World
from zweck.editions import acts as editions
from zweck.proof import acts as proof
from zweck.site.assets import read, style_path


def test_all_listed_pages_are_there_each_in_its_language(club: World, client: Client) -> None:
    listed = json.loads(client.get("/z/pages.json").content)["pages"]

    assert {page["template"] for page in listed} >= {"home", "statement", "evidence", "editions", "edition", "imprint"}
    for page in listed:
        assert f'lang="{page["language"]}"' in client.get(page["path"]).content.decode()


def test_security_txt_never_lies_stale(club: World, client: Client) -> None:
    text = client.get("/.well-known/security.txt").content.decode()
    expires = datetime.fromisoformat(text.split("Expires: ")[1].splitlines()[0])

    assert timedelta(days=170) < expires - datetime.now(UTC) < timedelta(days=181)
    assert "Contact: mailto:office@example.org" in text
    assert "Canonical: https://www.example.org/.well-known/security.txt" in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", True),
        ("[systems.measurement]\nhonours_signals = true\n", True),
        ("[systems.measurement]\nhonours_signals = false\n", False),
    ],
)
def test_gpc_is_claimed_only_where_signals_are_honoured(more: str, said: bool, club: World, client: Client) -> None:
    club.declare(more)

    answer = json.loads(client.get("/.well-known/gpc.json").content)

    assert answer == {"gpc": said, "lastUpdate": "2026-10-25"}


def test_crawlers_find_each_page_with_its_twin_and_no_staff(club: World, client: Client) -> None:
    robots = client.get("/robots.txt").content.decode()
    sitemap = client.get("/sitemap.xml").content.decode()

    assert "Disallow: /staff/" in robots
    assert "https://www.example.org/sitemap.xml" in robots
    assert '<loc>https://www.example.org/privacy</loc><xhtml:link rel="alternate" hreflang="de"' in sitemap
    assert "/staff" not in sitemap


def test_the_style_sheet_is_small_and_kept_for_ever_under_its_hash(club: World, client: Client) -> None:
    response = client.get(style_path())

    assert "immutable" in response["Cache-Control"]
    assert len(read("zweck.css")) < 16_000
    assert client.get("/z/000000000000.css").status_code == 404


@pytest.mark.parametrize("name", ["favicon.svg", "favicon.ico"])
def test_the_browser_finds_an_icon(name: str, client: Client) -> None:
    assert client.get(f"/{name}").status_code == 200


def test_the_style_sheet_names_no_foreign_source() -> None:
    assert b"url(" not in read("zweck.css")
    assert b"@import" not in read("zweck.css")


def test_the_installation_answers_a_challenge_for_its_edition_and_nothing_else(club: World, client: Client) -> None:
    challenge = "0123456789abcdef" * 2

    answer = client.get(f"/z/installation?challenge={challenge}")

    assert answer.content.decode() == proof.answer_to(challenge, editions.sites()[0])
    assert client.get("/z/installation?challenge=zweck.proof").status_code == 404
    assert client.get("/z/installation").status_code == 404
