"""The pages behind links in mails: who only looks changes nothing; a press does what its button says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import BEN, HOST, SITE, deliver, held, links, press, read, states, submission, subscribed
from zweck.mailing import acts
from zweck.mailing.models import Consent, Left
from zweck.vault import acts as vault

pytestmark = pytest.mark.usefixtures("club")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def today() -> datetime:
    """The pages take the machine's time."""
    return datetime.now(UTC)


def counted() -> tuple[int, int, dict[str, str]]:
    return Consent.objects.count(), Left.objects.count(), states(BEN)


def page(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_link_of_the_mail_leads_to_a_yes(relay: Mailbox, client: Client, today: datetime) -> None:
    acts.subscribe(submission(BEN, today))
    deliver(today)
    path = links(relay)["confirm"]

    assert "Do you want these e-mails?" in page(client, path)
    assert "Möchten Sie diese E-Mails?" in page(client, path, "de")
    assert "You are on the list" in press(client, f"{path}?lang=en", "confirm")
    assert states(BEN) == {"newsletter": "active"}


def test_a_scanner_that_opens_every_link_confirms_and_cancels_nothing(
    relay: Mailbox, client: Client, today: datetime
) -> None:
    acts.subscribe(submission(BEN, today))
    deliver(today)
    grant, before = held(BEN), counted()
    paths = [links(relay)["confirm"], *(f"/z/{kind}/{vault.token(kind, grant, None)}" for kind in ("leave", "mine"))]

    for path in paths:
        assert client.get(path, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"}).status_code == 200
        assert client.head(path).status_code == 200
        client.get(path, {"action": "confirm"})
        client.options(path)

    assert counted() == before


def test_a_robot_that_presses_every_button_gets_nobody_onto_a_list(
    relay: Mailbox, client: Client, today: datetime
) -> None:
    acts.subscribe(submission(BEN, today))
    deliver(today)
    path = links(relay)["confirm"]

    press(client, path, "confirm")
    assert "Deleted" in press(client, f"{path}?lang=en", "refuse")

    assert states(BEN) == {}
    assert client.post(path, {"action": "confirm"}).status_code in (403, 410)


def test_a_forged_an_expired_and_a_spent_link_lead_nowhere(client: Client, today: datetime) -> None:
    acts.subscribe(submission(BEN, today))
    grant = held(BEN)
    good = vault.token("confirm", grant, today + timedelta(days=1))
    for path in (
        f"/z/confirm/{good[:-1]}x",
        f"/z/leave/{good}",
        f"/z/confirm/{vault.token('confirm', grant, today - timedelta(seconds=2))}",
    ):
        assert client.get(path).status_code in (404, 410)
        assert client.post(path, {"action": "confirm"}, headers={"Origin": "null"}).status_code in (403, 404, 410)
    assert states(BEN) == {"newsletter": "pending"}


def test_one_click_of_a_mail_program_works_without_cookie_or_origin(client: Client, today: datetime) -> None:
    grant = subscribed(BEN, today)
    strict = Client(enforce_csrf_checks=True, SERVER_NAME=HOST)

    path = f"/z/leave/{vault.token('leave', grant, None)}"
    answer = strict.post(path, ONE_CLICK, headers={"Origin": "https://mail.example"})

    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert states(BEN) == {}
    assert Left.objects.get().how == "one-click"


def test_a_one_click_as_multipart_works_too(client: Client, today: datetime) -> None:
    grant = subscribed(BEN, today)

    client.post(f"/z/leave/{vault.token('leave', grant, None)}", ONE_CLICK, format="multipart")

    assert states(BEN) == {}


def test_the_page_to_leave_has_one_button_and_says_what_happened(client: Client, today: datetime) -> None:
    path = f"/z/leave/{vault.token('leave', subscribed(BEN, today), None)}"

    shown = page(client, path)
    assert shown.count("<button") == 1
    assert "You have left the list" in press(client, f"{path}?lang=en", "leave")
    assert "You have left the list" in page(client, path)
    assert 'href="/newsletter"' in page(client, path)


def test_the_settings_show_every_list_and_change_each(relay: Mailbox, client: Client, today: datetime) -> None:
    grant = subscribed(BEN, today)
    deliver(today)
    path = f"/z/mine/{vault.token('mine', grant, None)}?lang=en"

    shown = page(client, path)
    assert "the newsletter" in shown
    assert "invitations" in shown
    relay.data.clear()
    press(client, path, "join-events")
    deliver(today + timedelta(minutes=1))
    assert states(BEN) == {"newsletter": "active", "events": "pending"}
    press(client, links(relay)["confirm"], "confirm")
    assert states(BEN) == {"newsletter": "active", "events": "active"}
    press(client, path, "leave-newsletter")
    assert states(BEN) == {"events": "active"}
    press(client, path, "all")
    assert states(BEN) == {}


def test_joining_from_the_settings_archives_what_was_read(relay: Mailbox, client: Client, today: datetime) -> None:
    path = f"/z/mine/{vault.token('mine', subscribed(BEN, today), None)}?lang=de"

    press(client, path, "join-events")
    acts.confirm(held(BEN, "events"), today)

    proof = acts.proofs(held(BEN, "events").id, "default")[0]
    assert (proof.way, proof.language) == ("preferences", "de")


def test_the_proof_is_one_page_with_wording_times_and_the_mail_server_s_answer(
    relay: Mailbox, client: Client, today: datetime
) -> None:
    acts.subscribe(submission(BEN, today))
    deliver(today)
    acts.confirm(held(BEN), today + timedelta(minutes=1))
    path = f"/z/proof/{vault.token('proof', held(BEN), None)}"

    for language in ("en", "de"):
        shown = page(client, path, language)
        assert "What you enter serves the purpose" in shown
        assert "250" in shown
        assert "zweck" not in shown.lower().split("<main")[1].split("message-id")[0]
        assert "192.0.2" not in shown
        assert BEN not in shown


def test_another_site_s_link_opens_nothing(client: Client, today: datetime) -> None:
    token = vault.token("mine", subscribed(BEN, today), None)

    assert client.get(f"/z/mine/{token.replace(SITE, 'other', 1)}").status_code == 404


def test_a_mail_says_nothing_about_who_it_went_to_in_its_links(relay: Mailbox, today: datetime) -> None:
    acts.subscribe(submission(BEN, today))
    deliver(today)

    assert "ben" not in links(relay)["confirm"].lower().split("/")[-1].split(".")[0]
    assert "@" not in "".join(links(relay).values())
    assert read(relay).count("https://") >= 1
