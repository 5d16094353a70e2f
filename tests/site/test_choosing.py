"""Where choices arrive: what is decided, what is answered, and that nothing bad ever counts as a yes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.editions.conftest import CLUB
from tests.site.asking import ASKING, cookie, token_in
from zweck.consent import models
from zweck.editions import acts as editions
from zweck.site import fast, shelf

pytestmark = pytest.mark.django_db
HERE = "https://club.example.org"
SISTER = "https://shop.example.org"


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> None:
    """A served club that asks, and has a sister site."""
    text = CLUB.replace(f'["{HERE}"]', f'["{HERE}", "{SISTER}"]') + ASKING
    (tmp_path / "policy.toml").write_text(text)
    settings.POLICY, settings.SITE, settings.DATA = tmp_path / "policy.toml", "", tmp_path
    settings.KEYS = tmp_path / "keys"
    editions.take_up(datetime.now(UTC))
    shelf.clear()
    fast.clear()


@pytest.fixture
def visitor(site: None) -> Client:
    """A browser at one of our own pages."""
    return Client(headers={"Host": "club.example.org", "Origin": HERE})


def token(visitor: Client, path: str = "/privacy/choices") -> str:
    """The token of a page as the visitor sees it now."""
    return token_in(visitor.get(path).content.decode())


def send(visitor: Client, action: str, **fields: str) -> tuple[int, str, str]:
    """Send a choice; status, text and Location of the answer."""
    sent = {"token": token(visitor), "back": "/privacy", "action": action} | fields
    answer = visitor.post("/z/choice", {name: value for name, value in sent.items() if value})
    return answer.status_code, answer.content.decode(), answer.get("Location", "")


def jar(visitor: Client) -> str:
    """The choice the browser holds; empty for none."""
    held = [m for m in visitor.cookies.values() if m.key == "zweck-choice"]
    return held[-1].value if held else ""


def test_one_press_on_the_banner_decides_and_leads_back_to_the_page(visitor: Client) -> None:
    answer = visitor.post("/z/choice", {"token": token(visitor, "/imprint"), "back": "/imprint", "action": "refuse"})

    assert (answer.status_code, answer["Location"]) == (303, "/imprint")
    assert jar(visitor).count("n") >= 2
    assert 'class="ask"' not in visitor.get("/imprint").content.decode()
    assert models.Record.objects.count() == 1


def test_a_selection_with_open_answers_takes_them_as_no(visitor: Client) -> None:
    _, page, _ = send(visitor, "save", **{"purpose-regatta": "yes"})

    assert "Your selection is saved" in page
    assert page.count("Now: allowed until") == 1
    assert page.count("Now: refused until") == 1


def test_a_withdrawal_says_what_was_removed_and_what_only_the_visitor_can_remove(visitor: Client) -> None:
    send(visitor, "accept")

    _, page, _ = send(visitor, "refuse", back="/privacy/choices")

    assert "Only you can remove these" in page
    assert "<code>film-place</code>" in page


def test_a_reset_empties_the_jar_lists_what_went_and_asks_again(visitor: Client) -> None:
    send(visitor, "accept")
    visitor.cookies["_ga_ABC"] = "GS1.1"

    answer = visitor.post("/z/choice", {"token": token(visitor), "back": "/privacy", "action": "reset"})

    gone = {m.key for m in answer.cookies.values() if "Max-Age=0" in m.OutputString()}
    assert gone == {"zweck-choice", "_ga_ABC"}
    assert "<code>_ga_ABC</code>" in answer.content.decode()
    visitor.cookies.clear()
    assert 'class="ask"' in visitor.get("/privacy").content.decode()


def test_an_opt_out_counts_at_once_and_its_status_tells_until_when(visitor: Client) -> None:
    _, _, location = send(visitor, "opt-out", back="/privacy#measurement.opt-out")

    page = visitor.get("/privacy").content.decode()
    assert location == "/privacy#measurement.opt-out"
    assert "measured: no, because you switched it off. That counts until" in page
    assert 'value="opt-out"' not in page


@pytest.mark.parametrize(
    "back", ["//evil.example.net", "https://evil.example.net/", "/nothing", "/privacy.md", "x" * 900]
)
def test_no_path_leads_away_from_our_own_pages(back: str, visitor: Client) -> None:
    status, page, location = send(visitor, "accept", back=back)

    assert (status, location) == (200, "")
    assert "evil" not in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"token": ""}, "too old, or was not ours"),
        ({"token": "1.2.en.b..0.x"}, "too old, or was not ours"),
        ({"token": "\x00" * 5000}, "too old, or was not ours"),
        ({"action": ""}, "no answer to what we ask"),
        ({"action": "sell"}, "no answer to what we ask"),
        ({"action": "save", "purpose-newsletter": "yes"}, "no answer to what we ask"),
        ({"action": "save", "purpose-regatta": "on"}, "no answer to what we ask"),
        ({"action": "save", "purpose-": "yes"}, "no answer to what we ask"),
    ],
)
def test_what_is_no_answer_ends_in_a_calm_page_and_no_consent(
    fields: dict[str, str], told: str, visitor: Client
) -> None:
    status, page, _ = send(visitor, **({"action": "accept"} | fields))

    assert status == 400
    assert told in page
    assert 'action="/z/choice"' in page
    assert not models.Record.objects.exists()
    assert jar(visitor) == ""


def test_a_token_of_another_language_is_taken_for_what_it_is(visitor: Client) -> None:
    german = token(visitor, "/datenschutz")

    visitor.post("/z/choice", {"token": german, "back": "/datenschutz", "action": "refuse"})

    assert models.Record.objects.get().language == "de"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe=1", b"a=1&" * 5000, b'{"action": "accept"}'])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain; charset=x"])
def test_rubbish_is_no_choice_and_no_fault_of_ours(body: bytes, kind: str, visitor: Client) -> None:
    answer = visitor.generic("POST", "/z/choice", body, content_type=kind)

    assert answer.status_code == 400
    assert not models.Record.objects.exists()


def test_a_refusal_to_take_it_speaks_the_readers_language(visitor: Client) -> None:
    answer = visitor.post("/z/choice", {"back": "/datenschutz", "action": "accept"})

    assert "Ihre Wahl wurde nicht gespeichert" in answer.content.decode()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.net", "null", "https://club.example.org.evil.example.net", "https://x.club.example.org"],
)
def test_another_sites_page_cannot_choose_for_a_visitor(origin: str, visitor: Client) -> None:
    sent = {"token": token(visitor), "back": "/privacy", "action": "accept"}

    answer = visitor.post("/z/choice", sent, headers={"Origin": origin})

    assert answer.status_code == 403
    assert "A page of another website sent this" in answer.content.decode()
    assert "Access-Control-Allow-Origin" not in answer
    assert not models.Record.objects.exists()


def test_a_declared_sister_site_chooses_by_script_and_reads_what_was_decided(visitor: Client) -> None:
    headers = {"Origin": SISTER, "Accept": "application/json"}

    answer = visitor.post("/z/choice", {"token": token(visitor), "action": "accept"}, headers=headers)

    told = json.loads(answer.content)
    assert told["decided"] == {"measurement": "yes", "regatta": "yes"}
    assert told["receipt"].startswith("/z/receipt/")
    assert "cookie" not in told
    assert answer["Access-Control-Allow-Origin"] == SISTER
    assert answer["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer["Vary"]


def test_a_script_gets_its_refusal_as_data(visitor: Client) -> None:
    answer = visitor.post("/z/choice", {"action": "accept"}, headers={"Accept": "application/json"})

    assert (answer.status_code, json.loads(answer.content)) == (400, {"error": "unseen"})


def test_who_only_looks_is_led_to_the_choices(visitor: Client) -> None:
    answer = visitor.get("/z/choice", headers={"Accept-Language": "de"})

    assert (answer.status_code, answer["Location"]) == (302, "/datenschutz/wahl")


@pytest.mark.parametrize("path", ["/privacy/status.html", "/z/status?path=/shop&lang=en"])
def test_the_status_is_read_by_declared_sites_alone(path: str, visitor: Client) -> None:
    ours = visitor.get(path, headers={"Origin": SISTER})
    others = visitor.get(path, headers={"Origin": "https://evil.example.net"})

    assert "measured: no, because you have not agreed" in ours.content.decode()
    assert ours["Access-Control-Allow-Origin"] == SISTER
    assert "Access-Control-Allow-Origin" not in others
    assert "Cookie" in ours["Vary"]


def test_an_old_cookie_sent_again_after_a_withdrawal_counts_for_nothing(visitor: Client) -> None:
    send(visitor, "accept")
    old = jar(visitor)
    send(visitor, "refuse")

    page = Client().get("/privacy", headers={"Host": "club.example.org", "Cookie": f"zweck-choice={old}"})

    assert "because you withdrew your choice" in page.content.decode()
    assert 'class="ask"' in page.content.decode()


@pytest.mark.parametrize("sent", ["1.x", "2.AAAAAAAAAAA.abcy000", "1.AAAAAAAAAAA.%00", '"; ;=', "1." + "A" * 9000])
def test_a_cookie_with_rubbish_is_no_choice_and_breaks_no_page(sent: str, visitor: Client) -> None:
    page = visitor.get("/privacy", headers={"Cookie": f"zweck-choice={sent}"})

    assert page.status_code == 200
    assert 'class="ask"' in page.content.decode()


def test_a_year_later_the_status_says_that_the_opt_out_has_ended(visitor: Client) -> None:
    policy = editions.sites()[0].policy
    then = datetime.now(UTC) - timedelta(days=367)
    ended = f"zweck-choice={cookie(policy, then, measurement='out', regatta='no')}"

    page = visitor.get("/privacy", headers={"Cookie": ended}).content.decode()

    assert "measured: no, because your earlier answer has ended. It counted until" in page
    assert 'class="ask"' in page


def test_the_receipt_is_given_to_the_browser_that_holds_the_choice_and_to_no_other(visitor: Client) -> None:
    headers = {"Accept": "application/json"}
    told = visitor.post("/z/choice", {"token": token(visitor), "action": "accept"}, headers=headers).json()

    ours = visitor.get(told["receipt"])
    others = Client(headers={"Host": "club.example.org"}).get(told["receipt"])

    assert json.loads(ours.content)["format"].startswith("zweck-consent-receipt/")
    assert ours["Content-Disposition"].startswith("attachment")
    assert ours["Cache-Control"] == "private, no-store"
    assert others.status_code == visitor.get(f"/z/receipt/{2**80}.json").status_code == 404
