"""A new purpose: people who are known are asked once, silence and no mean no, and only a yes makes a use possible."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import BEN, CORA, POLICY, SITE, deliver, held, links, on_trial, press, read, states, subscribed
from tests.vault.world import activate
from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Letter
from zweck.mailing import acts, permissions
from zweck.mailing.errors import NotNow
from zweck.mailing.models import Asked, Consent
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted
from zweck.vault.values import Reading

pytestmark = pytest.mark.usefixtures("club")
OFFERED = (
    POLICY
    + """
[purposes.course]
name = { de = "Ruderkurse", en = "rowing courses" }
basis = "consent"
data = ["email"]
mandatory = false
opt_in = "double"
offered_to = ["trial", "newsletter"]
"""
)


@pytest.fixture
def today() -> datetime:
    """The pages take the machine's time."""
    return datetime.now(UTC)


def offer(folder: Path, now: datetime) -> None:
    """The club offers a new purpose to those it knows, and the work child asks until all were."""
    vault_forgets()
    activate(folder, now, OFFERED)
    vault_forgets()
    for _ in range(10):
        permissions.put(now)


def vault_forgets() -> None:
    from zweck.vault import declared

    declared.forget()


def standing(now: datetime) -> acts.Standing:
    return acts.questions(SITE, now)[0]


def test_those_concerned_are_asked_and_nobody_else(relay: Mailbox, tmp_path: Path, now: datetime) -> None:
    on_trial(BEN, now)
    subscribed(CORA, now, "events")

    offer(tmp_path, now)
    deliver(now)

    assert relay.to[-1] == BEN
    assert [mail for mail in relay.mails if "/z/answer/" in mail] == relay.mails[-1:]
    assert "rowing courses" in read(relay) or "Ruderkurse" in read(relay)
    assert standing(now).asked == 1


def test_until_a_yes_the_vault_gives_nothing_for_it(relay: Mailbox, tmp_path: Path, now: datetime) -> None:
    grant = on_trial(BEN, now)
    offer(tmp_path, now)
    wish = Reading(grant.subject, "course", ("email",), "disclosure", "mail")

    with pytest.raises(NotPermitted):
        vault.read(wish, now)

    assert states(BEN) == {"trial": "active"}
    assert standing(now).silent == 1


def test_a_yes_makes_a_grant_with_its_proof(relay: Mailbox, client: Client, tmp_path: Path, today: datetime) -> None:
    on_trial(BEN, today)
    offer(tmp_path, today)
    deliver(today)
    path = links(relay)["answer"]

    assert "<button" in client.get(path).content.decode()
    assert states(BEN) == {"trial": "active"}
    press(client, path, "yes")

    assert states(BEN) == {"trial": "active", "course": "active"}
    proof = Consent.objects.get()
    assert (proof.way, proof.purpose) == ("permission", "course")
    assert proof.message_id in relay.mails[-1]
    assert standing(today).yes == 1


def test_a_no_is_remembered_and_nobody_is_asked_again(
    relay: Mailbox, client: Client, tmp_path: Path, today: datetime
) -> None:
    on_trial(BEN, today)
    offer(tmp_path, today)
    deliver(today)
    path = links(relay)["answer"]

    press(client, path, "no")
    assert "Nein" in press(client, path, "yes") or "no" in press(client, path, "yes").lower()
    assert states(BEN) == {"trial": "active"}

    subscribed(BEN, today)
    vault_forgets()
    activate(tmp_path, today, OFFERED.replace('offered_to = ["trial", "newsletter"]', 'offered_to = ["trial"]'))
    activate(tmp_path, today, OFFERED)
    for _ in range(10):
        permissions.put(today)
    assert Asked.objects.count() == 1


def test_a_no_after_a_yes_takes_it_back(relay: Mailbox, client: Client, tmp_path: Path, today: datetime) -> None:
    on_trial(BEN, today)
    offer(tmp_path, today)
    deliver(today)
    path = links(relay)["answer"]

    press(client, path, "yes")
    press(client, path, "no")

    assert states(BEN) == {"trial": "active"}
    assert Consent.objects.get().end.how == "page"
    assert (standing(today).yes, standing(today).no) == (0, 1)


def test_looking_at_the_question_answers_nothing(
    relay: Mailbox, client: Client, tmp_path: Path, today: datetime
) -> None:
    on_trial(BEN, today)
    offer(tmp_path, today)
    deliver(today)

    for _ in range(3):
        assert client.get(links(relay)["answer"]).status_code == 200
    assert Asked.objects.get().answer == ""


def test_whoever_wants_no_mail_or_left_or_has_it_is_not_asked(relay: Mailbox, tmp_path: Path, now: datetime) -> None:
    on_trial(BEN, now)
    disclosure.suppress(SITE, BEN, "newsletter", "staff", "staff:7", now)

    offer(tmp_path, now)

    assert standing(now).asked == 0


def test_somebody_known_twice_is_asked_once(tmp_path: Path, now: datetime) -> None:
    on_trial(BEN, now)
    subscribed(BEN, now)

    offer(tmp_path, now)

    assert standing(now).asked == 1


def test_a_reader_of_a_list_is_asked_with_the_ways_to_leave_it(relay: Mailbox, tmp_path: Path, now: datetime) -> None:
    subscribed(BEN, now)

    offer(tmp_path, now)
    deliver(now)

    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in relay.mails[-1]
    assert {"answer", "leave", "mine"} <= set(links(relay))


def test_a_question_can_be_stopped_and_ends_by_itself(tmp_path: Path, now: datetime) -> None:
    offer(tmp_path, now)
    number = standing(now).number

    acts.stop(SITE, number, "staff:7", now)
    assert standing(now).state == "stopped"
    with pytest.raises(NotNow):
        acts.stop(SITE, number, "staff:7", now)
    assert standing(now + timedelta(days=31)).state == "stopped"


def test_a_first_edition_and_one_that_offers_nothing_new_ask_nobody(tmp_path: Path, now: datetime) -> None:
    on_trial(BEN, now)
    offer(tmp_path, now)
    activate(tmp_path, now, OFFERED.replace("Ruderkurse", "Kurse"))

    assert len(acts.questions(SITE, now)) == 1


def test_another_person_s_link_answers_for_nobody_else(
    relay: Mailbox, client: Client, tmp_path: Path, today: datetime
) -> None:
    on_trial(BEN, today)
    grant = on_trial(CORA, today)
    offer(tmp_path, today)
    deliver(today)
    token = vault.token("answer", grant, None)

    assert client.post(f"/z/answer/{token}", {"action": "yes"}, headers={"Origin": "null"}).status_code in (403, 404)
    assert states(CORA) == {"trial": "active"}
    assert held(BEN, "trial").state == "active"


def test_the_question_speaks_the_language_of_the_last_mail(relay: Mailbox, tmp_path: Path, now: datetime) -> None:
    grant = on_trial(BEN, now)
    disclosure.post(Letter(grant, "trial-deleted", "en", "earlier", links={"trial": "/z/trial/x"}), now)

    offer(tmp_path, now)
    deliver(now)

    assert Asked.objects.get().language == "en"
    assert "rowing courses" in read(relay)
