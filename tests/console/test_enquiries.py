"""The staff pages of enquiries: who sees them, what they show, and what their buttons do."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from tests.enquiries.test_asking import with_file
from tests.enquiries.world import ASKED, BEN, asks
from tests.enquiries.world import CLUB as POLICY
from tests.vault.world import activate
from zweck.console import acts as console
from zweck.console.enquiries.style import style_name
from zweck.disclosure import acts as disclosure
from zweck.disclosure.incoming import taking
from zweck.enquiries import acts
from zweck.enquiries.models import Message, Thread
from zweck.ledger.models import Act

pytestmark = pytest.mark.usefixtures("club")
LIST = "/staff/enquiries"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def today() -> datetime:
    """The pages take the machine's time."""
    return datetime.now(UTC)


@pytest.fixture
def club(db: None, tmp_path: Path, settings: Settings, today: datetime) -> None:
    """The club serves; nothing that is stored stays."""
    settings.DATA = tmp_path
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    settings.PLACES = {"": "default"}
    activate(tmp_path, today, POLICY)


@pytest.fixture
def client() -> Client:
    """Somebody's browser on the club's website."""
    return Client(SERVER_NAME="www.example.org")


@pytest.fixture
def staff(client: Client, anna: str, today: datetime) -> Client:
    """Anna, who answers enquiries."""
    client.force_login(console.add(anna, [], ["enquiry"], today))
    return client


def one() -> str:
    """The address of the one enquiry there is."""
    return f"{LIST}/-/{Thread.objects.get().number}"


def page(client: Client, path: str, language: str = "en") -> str:
    """A page as this language reads it."""
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def pressed(client: Client, wish: str, path: str = "", **fields: str) -> tuple[int, str]:
    """Press a button of the one enquiry; the status, and where it leads or what it says."""
    answer = client.post(path or one(), {"do": wish, **fields}, headers={"Accept-Language": "en"})
    return answer.status_code, answer.get("Location") or answer.content.decode()


def seen(client: Client) -> str:
    """What the form says was seen."""
    found = re.search(r'name="seen" value="(\d+)"', page(client, one()))
    assert found is not None
    return found[1]


def acted(act: str) -> list[dict[str, object]]:
    """The ledger's entries of an act."""
    return [body for body in map(json.loads, Act.objects.values_list("body", flat=True)) if body["act"] == act]


def test_nobody_comes_in_without_a_log_in(client: Client, today: datetime) -> None:
    asks(today)

    for path in (LIST, one()):
        assert client.get(path)["Location"] == f"/staff/log-in?next={path}"
    assert client.post(f"{LIST}/search", {"address": "x"}).status_code == 302


def test_an_account_without_the_purpose_is_told_so_calmly_and_reads_nothing(
    client: Client, anna: str, today: datetime
) -> None:
    asks(today)
    client.force_login(console.add(anna, [], ["newsletter"], today))

    for path in (LIST, one()):
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 403
        assert "does not list the purpose “enquiry”" in answer.content.decode()
    assert client.post(one(), {"do": "close"}).status_code == 403
    assert acted("vault.read") == []
    assert "/staff/enquiries" not in page(client, "/staff/")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Enquiry 1", "waiting since", "by form", "one message")),
        ("de", ("Anfrage 1", "wartet seit", "per Formular", "eine Nachricht")),
    ],
)
def test_the_list_names_nobody_and_reads_nothing(
    language: str, said: tuple[str, ...], staff: Client, today: datetime
) -> None:
    asks(today)

    text = page(staff, LIST, language).replace(f"{Thread.objects.get().number}<", "1<")

    assert all(words in text for words in said), text
    assert "Beispiel" not in text
    assert acted("vault.read") == []
    assert LIST in page(staff, "/staff/")


def test_mails_that_were_too_large_are_told_for_a_week(staff: Client, today: datetime) -> None:
    assert "unread in the mailbox" not in page(staff, LIST)

    taking.count("refused", today - timedelta(days=9))
    assert "unread in the mailbox" not in page(staff, LIST)
    taking.count("refused", today - timedelta(days=6))
    assert "One e-mail of the last 7 days lies unread in the mailbox" in page(staff, LIST)
    taking.count("refused", today)
    assert "2 E-Mails der letzten 7 Tage liegen ungelesen im Postfach" in page(staff, LIST, "de")


def test_an_enquiry_is_shown_and_each_read_is_recorded(staff: Client, today: datetime) -> None:
    asks(today)

    text = page(staff, one())

    assert ASKED in text
    assert "Ben Beispiel" in text
    assert {entry["purpose"] for entry in acted("vault.read")} == {"enquiry"}
    assert all(str(entry["by"]).startswith("staff:") for entry in acted("vault.read"))


def test_what_was_typed_stays_text(staff: Client, today: datetime) -> None:
    asks(today, {"name": SCRIPT, "email": "ben@example.org", "message": SCRIPT})

    text = page(staff, one())

    assert SCRIPT not in text
    assert text.count("&lt;script&gt;") >= 2


def test_an_answer_is_sent_and_the_enquiry_waits_no_longer(staff: Client, today: datetime) -> None:
    asks(today)

    assert pressed(staff, "answer", text="Yes.", seen=seen(staff)) == (303, f"{one()}?did=answer")
    assert "leaves in a moment" in page(staff, f"{one()}?did=answer")
    assert "No enquiry waits." in page(staff, LIST)
    assert "answered on" in page(staff, LIST)


def test_the_second_of_two_answers_is_told_and_kept_in_the_form(staff: Client, today: datetime) -> None:
    asks(today)
    before = seen(staff)
    pressed(staff, "answer", text="Yes.", seen=before)

    status, text = pressed(staff, "answer", text="My long answer", seen=before)

    assert status == 409
    assert "has not been sent" in text
    assert "My long answer</textarea>" in text
    assert "Yes." in text
    assert Message.objects.count() == 2
    assert pressed(staff, "answer", text="My long answer", seen=seen(staff))[0] == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [("   ", "is empty"), ("4111 1111 1111 1111", "account number"), ("x" * 100_001, "too long")],
)
def test_what_cannot_be_sent_is_told_and_kept(typed: str, said: str, staff: Client, today: datetime) -> None:
    asks(today)

    status, text = pressed(staff, "answer", text=typed, seen=seen(staff))

    assert status == 409
    assert said in text
    assert Message.objects.count() == 1


def test_while_a_place_is_away_an_answer_is_kept_in_the_page(
    staff: Client, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(today)
    before, path = seen(staff), one()

    def away(*_: object) -> None:
        raise OperationalError("the place is down")

    monkeypatch.setattr(acts, "purpose_of", away)

    status, text = pressed(staff, "answer", path, text="My long answer", seen=before)

    assert (status, "My long answer</textarea>" in text) == (503, True)


def test_who_answers_is_seen_by_the_others(staff: Client, anna: str, today: datetime) -> None:
    asks(today)

    pressed(staff, "take-on")
    assert f"{anna} answers" in page(staff, LIST)
    assert "Not me after all" in page(staff, one())

    pressed(staff, "give-back")
    assert f"{anna} answers" not in page(staff, LIST)


def test_an_enquiry_that_needs_no_answer_is_closed(staff: Client, today: datetime) -> None:
    asks(today)

    assert pressed(staff, "close")[0] == 303
    assert "closed" in page(staff, one())


def test_taking_somebody_off_the_lists_is_one_action(staff: Client, today: datetime) -> None:
    asks(today)

    assert pressed(staff, "take-off") == (303, f"{one()}?did=take-off")
    assert disclosure.is_suppressed("club", BEN["email"], "newsletter")
    assert "take off the list" in {entry["reason"] for entry in acted("vault.read")}


def test_an_address_is_searched_by_post_and_stands_in_no_address(staff: Client, today: datetime) -> None:
    asks(today)

    answer = staff.post(f"{LIST}/search", {"address": BEN["email"]}, headers={"Accept-Language": "en"})

    assert one() in answer.content.decode()
    assert staff.get(f"{LIST}/search?address={BEN['email']}")["Location"] == LIST
    assert len(acted("enquiry.searched")) == 1


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [("cora@example.org", 200, "There is no enquiry"), ("Ben", 422, "This is no e-mail address."), (SCRIPT, 422, "no")],
)
def test_a_search_that_finds_nothing_says_so(
    typed: str, status: int, said: str, staff: Client, today: datetime
) -> None:
    answer = staff.post(f"{LIST}/search", {"address": typed}, headers={"Accept-Language": "en"})

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert SCRIPT not in answer.content.decode()


def test_from_the_search_too_an_address_is_taken_off_the_lists(
    staff: Client,
) -> None:
    staff.post(f"{LIST}/search", {"address": "cora@example.org", "do": "take-off"})

    assert disclosure.is_suppressed("club", "cora@example.org", "newsletter")


@pytest.mark.parametrize("path", [f"{LIST}/-/99", f"{LIST}/nowhere/1"])
def test_what_is_not_there_is_told_calmly(path: str, staff: Client, today: datetime) -> None:
    answer = staff.get(path, headers={"Accept-Language": "en"})

    assert answer.status_code == 404
    assert "This enquiry is gone" in answer.content.decode()


def test_a_file_is_handed_out_as_a_file_and_recorded(staff: Client, client: Client, today: datetime) -> None:
    taking.take(with_file(b"%PDF-1.7", "Größe.pdf"), "", today)
    path = re.search(r'href="(/staff/enquiries/-/\d+/file/\d+)"', page(staff, one()))
    assert path is not None

    answer = staff.get(path[1])

    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert ["attachment"] in [entry["fields"] for entry in acted("vault.read")]
    assert staff.get(f"{path[1]}9").status_code == 404
    staff.logout()
    assert client.get(path[1]).status_code == 302


def test_a_button_needs_its_token_and_one_of_ours_exists(anna: str, today: datetime) -> None:
    asks(today)
    strict = Client(SERVER_NAME="www.example.org", enforce_csrf_checks=True)
    strict.force_login(console.add(anna, [], ["enquiry"], today))
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page(strict, one()))
    assert token is not None

    assert pressed(strict, "close")[0] == 403
    assert pressed(strict, "erase", csrfmiddlewaretoken=token[1])[0] == 404
    assert pressed(strict, "close", csrfmiddlewaretoken=token[1])[0] == 303


def test_no_page_of_a_person_is_kept_by_a_browser(staff: Client, today: datetime) -> None:
    asks(today)

    assert "no-store" in staff.get(one())["Cache-Control"]


def test_the_style_has_a_name_of_its_content(client: Client) -> None:
    assert client.get(f"{LIST}/{style_name()}.css").status_code == 200
    assert client.get(f"{LIST}/{'0' * 12}.css").status_code == 404
