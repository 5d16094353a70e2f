"""The question on each page: who is asked, how, and in which variant a page is kept."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.site.asking import cookie
from tests.site.world import NOW, World
from zweck.consent.values import Said
from zweck.site import answers, choosing, fast, shelf, views
from zweck.site.assets import measure_path, read

pytestmark = pytest.mark.django_db
BANNER = re.compile(r'<section class="ask" aria-labelledby="ask">.*?</section>', re.DOTALL)
BUTTON = re.compile(r'<button name="action" value="(\w+)">')
PAGES = ["/de", "/en", "/privacy", "/privacy/editions", "/privacy/technologies", "/how-we-check", "/imprint"]


def answered(club: World, client: Client, **answers: Said) -> None:
    """Let the browser hold a choice made now."""
    client.cookies["zweck-choice"] = cookie(club.editions[-1].policy, NOW, **answers)


def open_page(client: Client, path: str = "/privacy", **headers: str) -> str:
    """A page's text."""
    return client.get(path, headers=headers).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_who_has_not_answered_is_asked_on_every_page_right_after_the_skip_link(
    path: str, asking: World, client: Client
) -> None:
    page = open_page(client, path)

    assert re.search(r'<a class="skip"[^>]*>[^<]+</a>\s*<section class="ask"', page)
    assert len(BANNER.findall(page)) == 1


def test_refuse_and_accept_are_the_same_element_in_one_form(asking: World, client: Client) -> None:
    banner = BANNER.findall(open_page(client))[0]

    assert BUTTON.findall(banner) == ["refuse", "accept"]
    assert 'href="/privacy/choices"' in banner
    assert not re.search(r"checkbox|checked|autofocus|tabindex|<script", banner)


def test_the_banner_names_each_purpose_that_is_asked_about_and_no_other(asking: World, client: Client) -> None:
    banner = BANNER.findall(open_page(client))[0]

    assert "understanding what is read" in banner
    assert "films of regattas" in banner
    assert "newsletter" not in banner


@pytest.mark.parametrize("said", ["yes", "no"])
def test_who_has_answered_is_not_asked(said: Said, asking: World, client: Client) -> None:
    answered(asking, client, measurement=said, regatta=said)

    assert not BANNER.search(open_page(client))


def test_a_new_purpose_asks_only_about_itself(asking: World, client: Client) -> None:
    answered(asking, client, measurement="no")

    banner = BANNER.findall(open_page(client))[0]

    assert "films of regattas" in banner
    assert "understanding what is read" not in banner


def test_an_answer_counts_on_its_last_day_and_not_after_it(
    asking: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(asking, client, measurement="no", regatta="yes")

    def asked_after(days: int) -> bool:
        class Later(datetime):
            @classmethod
            def now(cls, tz: object = None) -> "Later":
                return cls.fromtimestamp((NOW + timedelta(days=days)).timestamp(), NOW.tzinfo)

        for module in (answers, views, choosing):
            monkeypatch.setattr(module, "datetime", Later)
        return bool(BANNER.search(open_page(client)))

    assert [asked_after(days) for days in (1, 180, 181)] == [False, False, True]


def test_the_browsers_signal_is_an_answer_and_is_said_to_be_honoured(asking: World, client: Client) -> None:
    page = open_page(client, **{"Sec-GPC": "1"})

    assert not BANNER.search(page)
    assert '<section class="signal" aria-label="Your choice">' in page
    assert re.search(r'<p>[^<]*Global Privacy Control[^<]*<a href="/privacy/choices">', page)
    assert "because your browser sends “Global Privacy Control”" in page


@pytest.mark.parametrize("value", ["0", "true", "1;x", ""])
def test_anything_but_the_exact_signal_is_none(value: str, asking: World, client: Client) -> None:
    assert BANNER.search(open_page(client, **{"Sec-GPC": value}))


def test_a_choice_of_ones_own_goes_before_the_signal(asking: World, client: Client) -> None:
    answered(asking, client, measurement="yes", regatta="yes")

    page = open_page(client, **{"Sec-GPC": "1"})

    assert 'class="signal"' not in page
    assert "measured: yes, because you agreed" in page


def test_a_site_that_needs_no_consent_asks_nothing_and_offers_no_choices(club: World, client: Client) -> None:
    page = open_page(client)

    assert not BANNER.search(page)
    assert "/privacy/choices" not in page


def test_the_foot_of_every_page_opens_the_choices_by_the_declared_name(asking: World, client: Client) -> None:
    for path in [*PAGES, "/nothing-here"]:
        page = open_page(client, path)
        word, target = ("Wahl ändern", "/datenschutz/wahl") if path == "/de" else ("Change choice", "/privacy/choices")
        if path != "/nothing-here":
            assert f'<a href="{target}">{word}</a>' in page


def test_no_page_holds_a_script_before_there_is_a_yes(asking: World, client: Client) -> None:
    for path in PAGES:
        assert "<script" not in open_page(client, path)


def test_the_script_comes_with_the_yes_and_goes_with_the_no(asking: World, client: Client) -> None:
    answered(asking, client, measurement="yes")
    assert f'<script src="{measure_path()}" defer></script>' in open_page(client)
    assert client.get(measure_path())["Content-Type"].startswith("text/javascript")
    assert "<script" not in open_page(client, "/imprint")  # left out of the measurement by the policy

    answered(asking, client, measurement="no")
    assert "<script" not in open_page(client)


def test_a_page_of_choices_may_not_be_kept_for_another_visitor(asking: World, client: Client) -> None:
    response = client.get("/privacy")

    assert response["Vary"] == "Cookie, Sec-GPC, DNT, Accept-Encoding"
    assert response["Cache-Control"] == "private, no-cache"


def test_each_variant_is_kept_by_itself_and_none_is_given_to_the_wrong_visitor(asking: World, client: Client) -> None:
    def short_way(**headers: str) -> bytes | None:
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/privacy", "HTTP_HOST": "www.example.org"} | headers
        answer = fast.at(environ, NOW)
        return None if answer is None else answer.body

    policy = asking.editions[-1].policy
    asked = client.get("/privacy").content
    refused = f"zweck-choice={cookie(policy, NOW, measurement='no', regatta='no')}"

    assert short_way() == asked
    assert short_way(HTTP_COOKIE=refused) is None
    assert short_way(HTTP_SEC_GPC="1") is None
    told = client.get("/privacy", headers={"Cookie": refused}).content
    assert short_way(HTTP_COOKIE=refused) == told != asked
    assert len(shelf._shelf) == 2


def test_an_opt_out_is_prolonged_by_a_visit_even_from_the_shelf(asking: World, client: Client) -> None:
    policy = asking.editions[-1].policy
    older = f"zweck-choice={cookie(policy, NOW - timedelta(days=3), measurement='out')}"
    by_django = client.get("/privacy", headers={"Cookie": older})
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/privacy", "HTTP_HOST": "www.example.org", "HTTP_COOKIE": older}

    answer = fast.at(environ, NOW)

    assert answer is not None
    (renewed,) = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert renewed.startswith(f"zweck-choice={cookie(policy, NOW, measurement='out')}; Max-Age=")
    assert [morsel.OutputString() for morsel in by_django.cookies.values()] == [renewed]


def test_every_part_of_the_banner_is_styled_alike_for_both_buttons() -> None:
    sheet = read("zweck.css").decode()

    assert not re.search(r"\[value|:first-|:last-|:nth-", sheet)
