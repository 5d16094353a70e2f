"""The staff pages of audits: who sees them, what their buttons do, how a report is served, and the feed."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.site.world import NOW, World
from zweck.console import acts
from zweck.console.audits import sandboxed
from zweck.console.models import Staff
from zweck.eye.values import Finding
from zweck.ledger import acts as ledger
from zweck.watch import models, orders, run
from zweck.watch.values import Looked, Wanted

pytestmark = pytest.mark.django_db
URL = "https://shop.example.net/"
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
HOSTILE = "<script>alert(1)</script>"
GUARD = escape(f"default-src 'none'; style-src {HASH}")
REPORT = f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{GUARD}"><p>report</p>'
ATOM = "{http://www.w3.org/2005/Atom}"
Sees = Callable[..., models.Look]


@pytest.fixture
def staff(anna: str, client: Client) -> Client:
    """Anna's browser, logged in."""
    client.force_login(acts.add(anna, [], [], NOW))
    return client


@pytest.fixture
def audit(club: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """An audit that is looked at daily and was not looked at yet."""
    settings.DATA = tmp_path
    monkeypatch.setattr(ledger, "record", lambda *_: None)
    return orders.order(Wanted(URL, language="en"), "daily", NOW)


@pytest.fixture
def sees(audit: int) -> Sees:
    """Makes a look that finds something."""

    def look(*subjects: str, why: str = "") -> models.Look:
        findings = tuple(Finding("before-choice", subject, "cookie") for subject in subjects)
        found = Looked(why=why) if why else Looked(findings, REPORT, '{"findings": []}')
        return run.run(audit, lambda _: found, lambda: NOW)

    return look


def text(client: Client, path: str, language: str = "en") -> str:
    """A page as this language reads it."""
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def entries(client: Client) -> list[ET.Element]:
    """The entries of the feed."""
    answer = client.get(f"/staff/audits/feed/{models.Watched.objects.get().key}")
    assert answer["Content-Type"].startswith("application/atom+xml")
    return list(ET.fromstring(answer.content).iter(f"{ATOM}entry"))  # noqa: S314  (our own)


def paths(audit: int, look: int) -> tuple[str, ...]:
    """All pages behind the log-in."""
    return "/staff/audits", *(f"/staff/audits/{audit}{rest}" for rest in ("", f"/{look}", f"/{look}.json"))


def test_nobody_comes_in_without_a_log_in(audit: int, sees: Sees, client: Client) -> None:
    for path in paths(audit, sees("_early").pk):
        answer = client.get(path)

        assert (answer.status_code, answer["Location"]) == (302, f"/staff/log-in?next={path}")


def test_who_is_logged_in_sees_every_page(audit: int, sees: Sees, staff: Client) -> None:
    for path in paths(audit, sees("_early").pk):
        assert staff.get(path).status_code == 200


def test_what_is_not_there_is_not_found(audit: int, staff: Client, sees: Sees) -> None:
    missing = sees(why="no-host").pk

    for path in (f"/staff/audits/{audit + 1}", f"/staff/audits/{audit}/{missing}", f"/staff/audits/{audit}/99.json"):
        assert staff.get(path).status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("daily", "1 finding, 0 notes", "first look, nothing to compare with")),
        ("de", ("täglich", "1 Befund, 0 Hinweise", "erste Prüfung, noch ohne Vergleich")),
    ],
)
def test_the_list_says_how_often_and_what_was_found(
    language: str, said: tuple[str, ...], audit: int, sees: Sees, staff: Client
) -> None:
    sees("_early")

    page = text(staff, "/staff/audits", language)

    assert all(words in page for words in (URL, *said))


def test_an_empty_list_says_how_to_begin(club: World, staff: Client) -> None:
    assert "zweck audit https://www.example.org/ --schedule daily" in text(staff, "/staff/audits")
    assert "/staff/audits" in text(staff, "/staff/")


def test_the_history_names_what_is_new_and_what_has_gone(audit: int, sees: Sees, staff: Client) -> None:
    sees("_early")
    look = sees("_late")

    page = text(staff, f"/staff/audits/{audit}")

    newest = page.partition("<section>")[2].partition("</section>")[0]
    assert "1 new finding and 1 finding gone" in newest
    assert newest.index("_late") < newest.index("_early")
    assert f'href="/staff/audits/{audit}/{look.pk}"' in newest


def test_what_could_not_be_seen_is_said_in_words(audit: int, sees: Sees, staff: Client) -> None:
    sees(why="no-host")

    assert "der Name führt nirgendwohin" in text(staff, f"/staff/audits/{audit}", "de")


def test_a_hostile_name_stays_text(audit: int, sees: Sees, staff: Client) -> None:
    sees()
    sees(HOSTILE)

    page = text(staff, f"/staff/audits/{audit}")

    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("button", "every"), [("weekly", "weekly"), ("daily", "daily"), ("stop", "off")])
def test_the_buttons_change_how_often(button: str, every: str, audit: int, staff: Client) -> None:
    answer = staff.post(f"/staff/audits/{audit}", {"do": button})

    assert (answer.status_code, answer["Location"]) == (303, f"/staff/audits/{audit}")
    assert models.Watched.objects.get().every == every


def test_look_now_makes_a_look_due(audit: int, sees: Sees, staff: Client) -> None:
    sees("_early")
    before = models.Watched.objects.get().due_at

    staff.post(f"/staff/audits/{audit}", {"do": "look"})

    assert models.Watched.objects.get().due_at != before


def test_a_button_needs_its_token_and_one_of_ours_exists(audit: int, anna: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Staff.objects.create(name=anna, added_at=NOW))
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', text(strict, f"/staff/audits/{audit}"))
    assert token is not None

    bare = strict.post(f"/staff/audits/{audit}", {"do": "stop"}, headers={"Origin": "http://testserver"})
    unknown = strict.post(f"/staff/audits/{audit}", {"do": "erase", "csrfmiddlewaretoken": token[1]})
    full = strict.post(f"/staff/audits/{audit}", {"do": "stop", "csrfmiddlewaretoken": token[1]})

    assert (bare.status_code, unknown.status_code, full.status_code) == (403, 404, 303)


def test_a_report_is_served_as_it_was_stored_and_nothing_in_it_may_run(audit: int, sees: Sees, staff: Client) -> None:
    answer = staff.get(f"/staff/audits/{audit}/{sees('_early').pk}")

    policy = answer["Content-Security-Policy"]
    assert answer.content.decode() == REPORT
    assert policy.startswith(f"sandbox; default-src 'none'; img-src data:; style-src {HASH};")
    assert "script" not in policy
    assert answer["Cross-Origin-Opener-Policy"] == "unsafe-none"


def test_a_report_takes_no_further_rights_from_its_own_words() -> None:
    loose = '<meta http-equiv="Content-Security-Policy" content="style-src \'unsafe-inline\'; script-src *; sandbox x">'

    assert "style-src 'none';" in sandboxed(loose)
    assert "unsafe" not in sandboxed(loose) + sandboxed("<p>no policy</p>")


def test_the_report_as_data_is_a_file_to_keep(audit: int, sees: Sees, staff: Client) -> None:
    answer = staff.get(f"/staff/audits/{audit}/{sees('_early').pk}.json")

    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer.json() == {"findings": []}


def test_the_feed_opens_by_its_key_alone_and_leaves_no_cookie(audit: int, sees: Sees, client: Client) -> None:
    sees()
    sees("_late", "a & <b>")
    sees("_late", "a & <b>")

    titles = [entry.findtext(f"{ATOM}title") for entry in entries(client)]

    assert titles == ["shop.example.net: 2 new findings", "shop.example.net: first audit, 0 findings"]
    assert not client.cookies


def test_an_entry_of_the_feed_holds_no_key(audit: int, sees: Sees, client: Client) -> None:
    sees("_early")
    key = models.Watched.objects.get().key

    (entry,) = entries(client)

    assert key not in ET.tostring(entry).decode()


@pytest.mark.parametrize("key", ["x", "\N{SNOWMAN}", "0" * 43])
def test_another_key_opens_no_feed(key: str, audit: int, sees: Sees, client: Client) -> None:
    sees("_early")

    assert client.get(f"/staff/audits/feed/{key}").status_code == 404
    assert client.get(f"/staff/audits/feed/{models.Watched.objects.get().key[:-1]}").status_code == 404
    assert not client.cookies
