"""The staff pages of the lists: each account sees its own, and what it does is what it says."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client

from tests.mailing.test_permissions import offer
from tests.mailing.world import BEN, HOST, SITE, on_trial, states, subscribed
from zweck.console import acts as console
from zweck.disclosure import acts as disclosure
from zweck.mailing.bringing import queue

pytestmark = pytest.mark.usefixtures("club")
LIST = "/staff/mailing/lists/newsletter"
PATHS = ("/staff/mailing", LIST, "/staff/mailing/questions")


@pytest.fixture
def today() -> datetime:
    """The pages take the machine's time."""
    return datetime.now(UTC)


@pytest.fixture
def writer(client: Client, anna: str, now: datetime) -> Client:
    """Anna, who writes the newsletter."""
    client.force_login(console.add(anna, [], ["newsletter"], now))
    return client


def page(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def pressed(client: Client, wish: str, **fields: object) -> tuple[int, str]:
    answer = client.post(LIST, {"do": wish, **fields}, headers={"Accept-Language": "en"})
    return answer.status_code, answer.content.decode()


def test_nobody_sees_a_list_without_a_log_in(client: Client) -> None:
    for path in PATHS:
        assert client.get(path).status_code == 302


def test_an_account_without_a_list_is_told_so_calmly(client: Client, anna: str, now: datetime) -> None:
    client.force_login(console.add(anna, [], ["trial"], now))

    for path in PATHS:
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 403
        assert "the newsletter" in answer.content.decode()


def test_an_account_sees_its_own_list_and_no_other(writer: Client, today: datetime) -> None:
    subscribed(BEN, today)

    assert "1 person" in page(writer, "/staff/mailing")
    assert "invitations" not in page(writer, "/staff/mailing")
    assert "1 Person" in page(writer, LIST, "de")
    assert writer.get("/staff/mailing/lists/events").status_code == 404
    assert writer.get("/staff/mailing/lists/trial").status_code == 404
    assert BEN not in page(writer, LIST)


def test_taking_somebody_off_is_one_press(writer: Client, today: datetime) -> None:
    subscribed(BEN, today)

    subscribed(BEN, today, "events")

    status, shown = pressed(writer, "take-off", address=BEN)

    assert (status, BEN in shown) == (200, False)
    assert "The address gets nothing from the list “the newsletter” any more." in shown
    assert states(BEN) == {"events": "active"}
    assert not disclosure.is_suppressed(SITE, BEN, "events")


def test_and_off_all_lists_another(writer: Client, today: datetime) -> None:
    subscribed(BEN, today)

    status, shown = pressed(writer, "take-off-all", address=BEN)

    assert (status, BEN in shown) == (200, False)
    assert "was on 1 list" in shown
    assert states(BEN) == {}
    assert disclosure.is_suppressed(SITE, BEN, "events")


def test_what_is_no_address_is_said(writer: Client) -> None:
    status, shown = pressed(writer, "take-off", address="<script>@")

    assert status == 400
    assert "This is no e-mail address." in shown
    assert "<script>@" not in shown


def test_a_list_is_brought_and_each_bad_row_is_told(writer: Client) -> None:
    rows = f"email,consent_at,consent_source\n{BEN},2024-05-03,fair\nnobody,2024-05-03,fair\n"

    status, _ = pressed(writer, "import", file=SimpleUploadedFile("list.csv", rows.encode()))
    assert status == 303
    assert "0 of about 3 rows are taken." in page(writer, LIST)
    assert states(BEN) == {}

    queue.take_some(datetime.now(UTC), "default")
    shown = page(writer, LIST)
    assert "2 rows read." in shown
    assert "joined, with their proof: 1" in shown
    assert "Lines: 3." in shown
    assert states(BEN) == {"newsletter": "active"}


@pytest.mark.parametrize("content", [b"", b"name\nBen\n", b"PK\x03\x04"])
def test_a_file_that_is_no_list_is_refused(content: bytes, writer: Client) -> None:
    status, shown = pressed(writer, "import", file=SimpleUploadedFile("list.csv", content))

    assert status == 400
    assert 'role="alert"' in shown


def test_an_export_without_a_reason_is_refused(writer: Client, today: datetime) -> None:
    subscribed(BEN, today)

    status, shown = pressed(writer, "export", reason="why not")
    assert status == 400
    assert "An export needs its reason" in shown

    answer = writer.post(LIST, {"do": "export", "reason": "Moving to the new office"})
    assert isinstance(answer, StreamingHttpResponse)
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert [row["email"] for row in rows] == [BEN]


def test_suppressions_come_and_go_as_files(writer: Client) -> None:
    status, _ = pressed(writer, "import-shut", file=SimpleUploadedFile("shut.txt", BEN.encode()))
    assert status == 303
    queue.take_some(datetime.now(UTC), "default")
    assert "get no advertising: 1" in page(writer, LIST)

    answer = writer.post(LIST, {"do": "export-shut"})
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer).decode()
    assert len(text.splitlines()) == 2
    assert "@" not in text


def test_an_unknown_button_is_no_button(writer: Client) -> None:
    assert pressed(writer, "everything")[0] == 404


def test_whoever_watches_over_purposes_sees_questions_and_stops_them(
    client: Client, cora: str, tmp_path: Path, today: datetime
) -> None:
    client.force_login(console.add(cora, ["DPO"], [], today))
    on_trial(BEN, today)
    offer(tmp_path, today)

    shown = page(client, "/staff/mailing/questions")
    assert "rowing courses" in shown
    assert "Being asked" in shown
    number = shown.split('name="stop" value="')[1].split('"')[0]
    assert client.post("/staff/mailing/questions", {"stop": number}).status_code == 303
    assert "Stopped" in page(client, "/staff/mailing/questions")
    assert client.post("/staff/mailing/questions", {"stop": number}).status_code == 404
    assert client.get("/staff/mailing").status_code == 403


def test_the_token_of_the_staff_area_is_asked_for(anna: str, now: datetime) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME=HOST)
    strict.force_login(console.add(anna, [], ["newsletter"], now))

    assert strict.post(LIST, {"do": "take-off", "address": BEN}).status_code == 403
