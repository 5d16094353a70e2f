"""The staff pages of a campaign: written in each language, previewed, tested, sent, watched and stopped."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import BEN, CORA, SITE, subscribed
from zweck.console import acts as console
from zweck.mailing import acts, works

pytestmark = pytest.mark.usefixtures("club")
TYPED = {"subject-de": "Neues", "text-de": "Guten **Tag**", "subject-en": "", "text-en": ""}


@pytest.fixture
def today() -> datetime:
    """The pages take the machine's time."""
    return datetime.now(UTC)


@pytest.fixture
def writer(client: Client, anna: str, now: datetime) -> Client:
    """Anna, who writes the newsletter."""
    client.force_login(console.add(anna, [], ["newsletter"], now))
    return client


@pytest.fixture
def path(writer: Client) -> str:
    """A draft of Anna's."""
    return str(writer.post("/staff/mailing/campaigns", {"purpose": "newsletter"})["Location"])


def page(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sent(client: Client, path: str, wish: str, **fields: str) -> tuple[int, str]:
    answer = client.post(path, TYPED | {"do": wish} | fields, headers={"Accept-Language": "en"})
    return answer.status_code, answer.content.decode()


def test_what_is_written_is_kept_and_shown_as_it_would_read(writer: Client, path: str) -> None:
    assert sent(writer, path, "save")[0] == 303

    shown = page(writer, path)
    assert "Guten <strong>Tag</strong>" in shown
    assert 'value="Neues"' in shown
    preview = writer.get(f"{path}/preview/de")
    assert "sandbox" in preview["Content-Security-Policy"]
    assert "<strong" in preview.content.decode()
    assert writer.get(f"{path}/preview/en").status_code == 404


def test_a_text_that_cannot_be_sent_says_why_in_its_place(writer: Client, path: str) -> None:
    sent(writer, path, "save", **{"text-de": "Guten Tag\n\n![x](https://example.org/x.png)"})

    shown = page(writer, path)
    assert "Line 3: Pictures are left out" in shown
    status, said = sent(writer, path, "schedule", **{"text-de": "![x](https://example.org/x.png)"})
    assert (status, 'role="alert"' in said) == (400, True)


def test_html_that_somebody_types_is_shown_as_text(writer: Client, path: str) -> None:
    sent(writer, path, "save", **{"subject-de": "<script>1</script>", "text-de": "<script>2</script>"})

    shown = page(writer, path)
    assert "<script>" not in shown
    assert "<script>" not in writer.get(f"{path}/preview/de").content.decode()


def test_a_campaign_is_sent_watched_and_shows_no_person(
    relay: Mailbox, writer: Client, path: str, today: datetime
) -> None:
    subscribed(BEN, today)
    assert "1 person" in page(writer, path)

    assert sent(writer, path, "schedule")[0] == 303
    assert "Scheduled" in page(writer, path)
    works.campaigns(datetime.now(UTC))
    works.campaigns(datetime.now(UTC))

    shown = page(writer, path)
    assert relay.to == [BEN]
    assert "1 of 1 have had their turn." in shown
    assert "Gesendet" in page(writer, path, "de")
    assert "1 mail taken" in page(writer, "/staff/mailing")
    assert BEN not in shown


def test_a_moment_is_taken_where_the_site_is_and_nonsense_is_refused(writer: Client, path: str) -> None:
    assert sent(writer, path, "schedule", at="soon")[0] == 400

    sent(writer, path, "schedule", at="2030-01-01T09:00")

    number = int(path.rpartition("/")[2])
    assert acts.campaign(SITE, number).starts_at == datetime(2030, 1, 1, 8, tzinfo=UTC)


def test_buttons_pause_resume_cancel_and_discard(writer: Client, path: str) -> None:
    sent(writer, path, "schedule", at="2030-01-01T09:00")
    for wish, state in (("pause", "paused"), ("resume", "scheduled"), ("cancel", "cancelled")):
        assert sent(writer, path, wish)[0] == 303
        assert acts.campaign(SITE, int(path.rpartition("/")[2])).state == state
    assert sent(writer, path, "resume")[0] == 400
    assert sent(writer, path, "explode")[0] == 404

    other = str(writer.post("/staff/mailing/campaigns", {"purpose": "newsletter"})["Location"])
    assert sent(writer, other, "discard")[0] == 303
    assert writer.get(other).status_code == 404


def test_a_test_goes_to_the_list_only(relay: Mailbox, writer: Client, path: str, today: datetime) -> None:
    subscribed(BEN, today)

    status, said = sent(writer, path, "test", address=CORA)
    assert status == 400
    assert "only to an address that is on this list" in said
    assert CORA not in said
    status, said = sent(writer, path, "test", address=BEN)
    works.campaigns(datetime.now(UTC))
    assert (status, relay.to) == (200, [BEN])


def test_another_s_list_is_out_of_reach(client: Client, cora: str, path: str, now: datetime) -> None:
    client.force_login(console.add(cora, [], ["events"], now))

    assert client.get(path).status_code == 404
    assert client.post(path, {"do": "cancel"}).status_code == 404
    assert client.get(f"{path}/preview/de").status_code == 404
    assert client.post("/staff/mailing/campaigns", {"purpose": "newsletter"}).status_code == 404
