"""A letter leaves with its reader's permission, once, and again until somebody says how it ended."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.db import transaction

from tests.disclosure.receivers import Mailbox
from tests.disclosure.world import letter
from tests.vault.world import BEN, collect
from zweck.disclosure import acts, models
from zweck.disclosure.errors import BadLetter
from zweck.disclosure.letters import still
from zweck.disclosure.values import Fate, Posted
from zweck.ledger.models import Act
from zweck.vault import acts as vault

pytestmark = pytest.mark.usefixtures("club")
ASKED = {"email": BEN["email"], "name": "Ben Beispiel", "message": "Is there a boat\nfor two?"}
ADDRESS = "Ben@example.org"  # as the vault spells it


def fate(posted: Posted) -> Fate:
    found = acts.fate(posted)
    assert found is not None
    return found


def only(relay: Mailbox) -> EmailMessage:
    assert len(relay.data) == 1
    return message_from_bytes(relay.data[0], policy=default)


def text(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def entries(act: str) -> list[Mapping[str, object]]:
    found = [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]
    return [entry for entry in found if entry["act"] == act]


def test_a_letter_reaches_its_reader_with_what_the_reader_wrote(relay: Mailbox, now: datetime) -> None:
    posted = acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)

    assert acts.send_letters(now) == 1
    mail = only(relay)
    assert (relay.to, mail["To"], mail["Subject"]) == ([ADDRESS], ADDRESS, "Your enquiry, Ben Beispiel")
    assert mail["From"] == "Rowing Club <club@example.org>"
    assert mail["Reply-To"] == "post+reply.abc@example.org"
    assert "Is there a boat\nfor two?" in text(mail)
    assert "See it here (https://www.example.org/z/enquiry/abc)" in text(mail)
    assert still.links_of(relay.data[0])[0] == "https://www.example.org/z/enquiry/abc"
    assert fate(posted).answer == "250 2.0.0 taken for <...> as 4F2"


def test_it_leaves_once_under_its_own_key(relay: Mailbox, now: datetime) -> None:
    given = collect(now, "enquiry", data=ASKED)
    first, second = (acts.post(letter(given.grant), now) for _ in range(2))

    assert (first, acts.send_letters(now), acts.send_letters(now + timedelta(days=1))) == (second, 1, 0)
    assert only(relay)["Message-ID"] == "<answer-1@example.org>"
    assert (fate(first).state, fate(first).message_id) == ("sent", "answer-1@example.org")


def test_what_leaves_is_on_record_before_and_names_nobody(relay: Mailbox, now: datetime) -> None:
    given = collect(now, "enquiry", data=ASKED)
    acts.post(letter(given.grant), now)
    acts.send_letters(now)

    (entry,) = entries("mail.disclosed")
    (told,) = acts.of_subject(given.subject.id, "default")
    assert (entry["purpose"], entry["data"], entry["ref"]) == ("enquiry", ["email", "name", "message"], told.ref.hex())
    assert (told.purpose, told.data, told.state) == ("enquiry", ("email", "name", "message"), "sent")
    assert "example.org" not in str(models.Disclosure.objects.values().get())
    assert f"<post+bounce.{told.ref.hex()}@example.org>" in relay.senders[0]
    assert acts.bounced(told.ref.hex()) == told


def test_a_letter_holds_no_address_and_forgets_its_links(relay: Mailbox, now: datetime) -> None:
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)
    waiting = str(models.Letter.objects.values().get())
    acts.send_letters(now)

    assert ADDRESS.casefold() not in waiting.casefold()
    assert models.Letter.objects.get().links == {}


def test_after_a_withdrawal_nothing_leaves(relay: Mailbox, now: datetime) -> None:
    given = collect(now, "enquiry", data=ASKED)
    posted = acts.post(letter(given.grant), now)
    vault.withdraw(given.subject, "enquiry", "asked for", now)

    assert acts.send_letters(now) == 0
    assert (relay.data, fate(posted).state, entries("mail.disclosed")) == ([], "not-permitted", [])


def test_who_has_not_confirmed_gets_the_question_and_nothing_else(relay: Mailbox, now: datetime) -> None:
    pending = collect(now, pending=True).grant
    with pytest.raises(BadLetter, match="pending"):
        acts.post(letter(pending, "news"), now)

    acts.post(letter(pending, "confirm-club"), now)
    assert acts.send_letters(now) == 1
    assert "Yes, send it:\nhttps://www.example.org/z/confirm/abc" in text(only(relay))


def test_a_question_quotes_nothing_of_what_was_typed(now: datetime) -> None:
    pending = collect(now, pending=True).grant

    with pytest.raises(BadLetter, match="quotes nothing"):
        acts.post(letter(pending, "confirm-club", fields=("name",)), now)


def test_a_suppressed_reader_gets_mail_in_their_own_matter_and_no_news(relay: Mailbox, now: datetime) -> None:
    acts.suppress("club", "BEN@example.org", "*", "asked for", "person", now)
    news = acts.post(letter(collect(now).grant, "news"), now)
    answer = acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)

    assert acts.send_letters(now) == 1
    assert (fate(news).state, fate(answer).state) == ("suppressed", "sent")
    assert "List-Unsubscribe" not in only(relay)


def test_news_carry_both_ways_out(relay: Mailbox, now: datetime) -> None:
    acts.post(letter(collect(now).grant, "news"), now)
    acts.send_letters(now)

    mail = only(relay)
    assert mail["From"] == "Rowing News <news@news.example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"] == (
        "<https://www.example.org/z/leave/abc>, <mailto:post@example.org?subject=leave%20abc>"
    )
    assert "Unsubscribe: https://www.example.org/z/leave/abc" in text(mail)
    assert "Auto-Submitted" not in mail


def test_a_mail_server_that_is_down_for_a_day_loses_nothing(relay: Mailbox, now: datetime) -> None:
    relay.refuses = True
    posted = acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)

    for minutes in range(0, 24 * 60, 30):
        assert acts.send_letters(now + timedelta(minutes=minutes)) == 0
    relay.refuses = False

    assert (fate(posted).state, fate(posted).trouble) == ("waiting", "451 not now")
    assert acts.send_letters(now + timedelta(days=2)) == 1
    assert len(relay.data) == 1


def test_what_was_handed_over_without_an_answer_is_sent_again_as_the_same_mail(relay: Mailbox, now: datetime) -> None:
    relay.hangs_up = True
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)
    assert acts.send_letters(now) == 0

    relay.hangs_up = False
    assert acts.send_letters(now + timedelta(minutes=1)) == 1
    assert len(relay.data) == 2
    assert relay.data[0] == relay.data[1]


def test_a_reader_the_server_does_not_know_is_not_tried_again(relay: Mailbox, now: datetime) -> None:
    relay.declines[ADDRESS] = 550
    posted = acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)

    assert acts.send_letters(now) == 0
    assert (fate(posted).state, fate(posted).trouble) == ("refused", "550 <...> heard")
    assert acts.send_letters(now + timedelta(days=1)) == 0


def test_of_many_letters_a_refused_one_stops_no_other(relay: Mailbox, now: datetime) -> None:
    relay.declines["b@example.org"] = 550
    for number, name in enumerate("abc"):
        given = collect(now, "enquiry", data={**ASKED, "email": f"{name}@example.org"})
        acts.post(letter(given.grant, key=f"k-{number}"), now)

    assert acts.send_letters(now) == 2
    assert (relay.to, relay.connections) == (["a@example.org", "c@example.org"], 1)


def test_a_server_that_takes_no_turns_ahead_gets_one_line_at_a_time(relay: Mailbox, now: datetime) -> None:
    relay.extensions = ()
    relay.declines["b@example.org"] = 450
    for name in "abc":
        given = collect(now, "enquiry", data={**ASKED, "email": f"{name}@example.org"})
        acts.post(letter(given.grant, key=f"k-{name}"), now)

    assert acts.send_letters(now) == 2
    assert relay.to == ["a@example.org", "c@example.org"]


def test_letters_beyond_ascii_are_written_where_the_server_can(relay: Mailbox, now: datetime) -> None:
    given = collect(now, "enquiry", data={**ASKED, "email": "bün@bücher.example"})
    acts.post(letter(given.grant), now)

    assert acts.send_letters(now) == 1
    assert relay.to == ["bün@xn--bcher-kva.example"]
    assert relay.senders[0].endswith(" SMTPUTF8")


def test_and_where_it_cannot_the_letter_says_so(relay: Mailbox, now: datetime) -> None:
    relay.extensions = ("PIPELINING",)
    given = collect(now, "enquiry", data={**ASKED, "email": "bün@bücher.example"})
    posted = acts.post(letter(given.grant), now)

    assert acts.send_letters(now) == 0
    assert fate(posted).state == "refused"
    assert "beyond ASCII" in fate(posted).trouble


def test_a_letter_of_a_rolled_back_transaction_never_leaves(relay: Mailbox, now: datetime) -> None:
    given = collect(now, "enquiry", data=ASKED)
    with transaction.atomic():
        acts.post(letter(given.grant), now)
        transaction.set_rollback(True)

    assert acts.send_letters(now) == 0


@pytest.mark.parametrize(
    "name",
    [
        "Ben\r\nBcc: all@example.org",
        "Ben\nSubject: else",
        "<script>alert(1)</script>",
        "<img src=https://example.net/x>",
        "[x]({thread})",
        "{day}",
        "https://x.zweck.invalid/",
        "\u202enpm",
        "x" * 2000,
    ],
)
def test_whatever_fills_a_text_stays_text(name: str, relay: Mailbox, now: datetime) -> None:
    acts.post(letter(collect(now, "enquiry", data={**ASKED, "name": name}).grant), now)

    assert acts.send_letters(now) == 1
    mail = only(relay)
    assert (mail["Bcc"], mail.get_all("Subject"), still.faults_of(relay.data[0])) == (None, [mail["Subject"]], ())
    assert mail.defects == []
    assert max(len(line) for line in relay.data[0].split(b"\r\n")) <= 998
    assert [link for link in still.links_of(relay.data[0]) if "www.example.org" not in link] == []


@pytest.mark.parametrize("path", ["//example.net/x", "https://example.net/", "/a\r\nBcc: x", "/a>b", "javascript:x"])
def test_a_link_leads_nowhere_but_to_us(path: str, now: datetime) -> None:
    with pytest.raises(BadLetter, match="own origin"):
        acts.post(letter(collect(now, "enquiry", data=ASKED).grant, links={"thread": path}), now)


@pytest.mark.parametrize("key", ["", "a b", "a@b", "x>\r\nBcc: y", "x" * 101])
def test_a_key_can_stand_in_a_header(key: str, now: datetime) -> None:
    with pytest.raises(BadLetter, match="key"):
        acts.post(letter(collect(now, "enquiry", data=ASKED).grant, key=key), now)


def test_a_text_that_is_missing_is_found_out_at_once(now: datetime) -> None:
    given = collect(now, "enquiry", data=ASKED)

    with pytest.raises(BadLetter, match=r"parameter \{day\}"):
        acts.post(letter(given.grant, says={}), now)


def test_what_a_killed_sender_held_is_sent_by_the_next(relay: Mailbox, now: datetime) -> None:
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)
    models.Letter.objects.update(claimed_until=now + timedelta(minutes=5))

    assert acts.send_letters(now) == 0
    assert acts.send_letters(now + timedelta(minutes=5)) == 1


def test_what_left_without_a_permission_for_it_is_found(relay: Mailbox, now: datetime) -> None:
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)
    acts.send_letters(now)
    assert (acts.astray("default"), acts.count_mailed("default")) == ([], 1)
    assert [acts.is_on_record("default", name) for name in ("answer-1", "answer-2")] == [True, False]

    models.Disclosure.objects.update(purpose="newsletter")
    assert acts.astray("default") == [("mail", "newsletter", "the permission is for another purpose")]
