"""Whoever asks is answered in one thread, whichever way the words come, and nothing of them lies outside the vault."""

import json
from base64 import b64encode
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.disclosure.receivers import Mailbox
from tests.enquiries.world import ANNA, ASKED, BEN, asks, read, sent, text, waiting
from zweck import doors
from zweck.disclosure import acts as disclosure
from zweck.disclosure.incoming import taking
from zweck.doors import NoTokenPage, Press, Upload, Visit
from zweck.editions import acts as editions
from zweck.enquiries import acts, letters, pages
from zweck.enquiries.models import Message, Thread
from zweck.ledger.models import Act
from zweck.vault import acts as vault
from zweck.vault.errors import PaymentData

pytestmark = pytest.mark.usefixtures("club")
CARD = "4111 1111 1111 1111"


def raw(body: str, to: str = "post@example.org", sender: str = "Ben <ben@example.org>", **more: str) -> bytes:
    """A mail to the club."""
    headers = {"From": sender, "To": to, "Subject": "A boat", "Message-ID": "<1@mail.example.org>", **more}
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()


def reply_address(relay: Mailbox, now: datetime) -> str:
    """Where the newest mail is answered to."""
    return str(sent(relay, now)["Reply-To"])


def visit(relay: Mailbox, now: datetime) -> Visit:
    """Ben opens the link of the newest mail."""
    said = text(sent(relay, now))
    return Visit("club", said.partition("/z/enquiry/")[2].partition("?")[0], "en", now)


def everything_stored() -> str:
    """All rows of all tables, as text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        rows = []
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += [str(row) for row in cursor.fetchall()]
    return "\n".join(rows)


def test_an_enquiry_waits_and_is_acknowledged(relay: Mailbox, now: datetime) -> None:
    asks(now)

    (listed,) = waiting(now)
    mail = sent(relay, now)
    assert (listed.state, listed.way, listed.messages, listed.purpose) == ("open", "form", 1, "enquiry")
    assert (mail["To"], mail["Subject"]) == ("ben@example.org", "Your enquiry has arrived")
    assert "https://www.example.org/z/enquiry/" in text(mail)


def test_the_acknowledgement_repeats_nothing_that_was_typed(relay: Mailbox, now: datetime) -> None:
    asks(now, {**BEN, "name": "Buy cheap boats", "message": "at boats.example.net"})

    mail = sent(relay, now)
    assert "cheap" not in relay.mails[-1] + str(mail)
    assert "boats.example.net" not in text(mail)


def test_nothing_that_was_written_lies_in_clear(now: datetime) -> None:
    asks(now, {**BEN, "message": "a-canary"})

    stored = everything_stored()
    assert "a-canary" not in stored
    assert "ben@" not in stored.lower()
    assert "Beispiel" not in stored


def test_nor_does_anything_that_came_by_mail(caplog: pytest.LogCaptureFixture, relay: Mailbox, now: datetime) -> None:
    with caplog.at_level("DEBUG"):
        taking.take(raw("a-canary", sender="A-Name <a-sender@example.org>", Subject="a-subject"), "", now)
        disclosure.send_letters(now)
        taking.take(raw("a-reply", str(sent(relay, now)["Reply-To"]), "a-stranger@example.org"), "", now)

    stored = f"{everything_stored()}\n{caplog.text}".casefold()
    for word in ("a-canary", "a-name", "a-sender", "a-subject", "a-reply", "a-stranger"):
        assert word not in stored
        assert b64encode(word.encode()).decode().rstrip("=").casefold() not in stored
    assert [one.said for one in read(now).messages] == ["a-subject\n\na-canary", "a-reply"]


def test_what_was_collected_is_written_down_without_a_person(now: datetime) -> None:
    asks(now)

    told = [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]
    assert [one["act"] for one in told if one["act"].startswith(("enquiry.", "vault."))] == [
        "vault.collected",
        "enquiry.asked",
    ]


def test_a_second_enquiry_of_the_same_person_is_a_thread_of_its_own_under_the_same_grant(now: datetime) -> None:
    asks(now)
    asks(now + timedelta(days=1), {**BEN, "email": "Ben@Example.ORG", "message": "And oars?"})

    first, second = Thread.objects.order_by("pk")
    assert (bytes(first.grant), bytes(first.subject)) == (bytes(second.grant), bytes(second.subject))
    assert first.ident != second.ident


def test_so_many_acknowledgements_and_no_more_go_to_an_address_in_a_day(relay: Mailbox, now: datetime) -> None:
    for _ in range(6):
        asks(now)
    disclosure.send_letters(now)

    assert len(relay.mails) == letters.MOST_A_DAY
    assert len(waiting(now)) == 6


def test_a_card_number_is_refused_before_anything_is_stored(now: datetime) -> None:
    with pytest.raises(PaymentData):
        asks(now, {**BEN, "message": f"my card is {CARD}"})

    assert Thread.objects.count() == 0


# ── by mail ──


def test_a_mail_to_the_mailbox_is_an_enquiry(relay: Mailbox, now: datetime) -> None:
    assert taking.take(raw(ASKED), "", now) == "taken"

    opened = read(now)
    assert opened.messages[0].said == f"A boat\n\n{ASKED}"
    assert opened.about == {"email": "ben@example.org", "name": "Ben"}
    assert sent(relay, now)["Subject"] == "Your enquiry has arrived"
    grant = vault.grants_of(vault.find("club", "email", "ben@example.org")[0].subject)[0]
    assert grant.text_sha256 == editions.current("club").text_hash("en")
    assert editions.text_of(grant.text_sha256)


def test_the_same_mail_is_one_enquiry(now: datetime) -> None:
    for _ in range(3):
        taking.take(raw(ASKED), "", now)

    assert Thread.objects.count() == 1


def test_a_german_mail_is_answered_in_german(relay: Mailbox, now: datetime) -> None:
    taking.take(raw("Guten Tag, gibt es bei Ihnen auch ein Boot für zwei? Ich bitte um Antwort."), "", now)

    assert sent(relay, now)["Subject"] == "Ihre Anfrage ist angekommen"


@pytest.mark.parametrize(
    "mail",
    [
        raw(ASKED, Auto_Submitted="auto-replied"),
        raw(ASKED, List_Id="<list.example.net>"),
        raw(ASKED, sender="club@example.org"),
        raw(ASKED, sender="post@example.org"),
        raw(ASKED, sender="nobody@localhost"),
        raw(""),
    ],
    ids=["automatic", "list", "ourselves", "the mailbox", "no address", "nothing said"],
)
def test_what_is_no_enquiry_opens_none(mail: bytes, now: datetime) -> None:
    assert taking.take(mail, "", now) == "left"
    assert Thread.objects.count() == 0


def test_where_the_policy_names_no_purpose_a_mail_stays(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = editions.current("club").policy.systems.mail
    assert mail is not None
    monkeypatch.setitem(mail.__dict__, "enquiries", None)

    assert taking.take(raw(ASKED), "", now) == "left"


def test_a_mail_with_a_card_number_is_not_kept_and_its_sender_is_told(relay: Mailbox, now: datetime) -> None:
    taking.take(raw(f"Please book it on {CARD}."), "", now)

    assert "account number" in read(now).messages[0].said
    assert "without the number" in text(sent(relay, now))


def with_file(content: bytes, name: str = "plan.pdf") -> bytes:
    """A mail with a file."""
    head = raw("").partition(b"Content-Type")[0] + b'Content-Type: multipart/mixed; boundary="b"\n\n'
    file = f'--b\nContent-Type: text/plain; name="{name}"\n\n'.encode()
    return head + b"--b\n\nSee the file\n" + file + content + b"\n--b--\n"


def test_a_file_that_comes_with_a_mail_lies_sealed_and_is_read_for_its_purpose(now: datetime) -> None:
    taking.take(with_file(b"%PDF-1.7 a-canary", "ben-beispiel.pdf"), "", now)

    (file,) = read(now).messages[0].files
    (listed,) = waiting(now)
    found = acts.file(listed.where, file.number, ANNA, now)
    assert (found.name, found.kind, found.content) == ("ben-beispiel.pdf", "application/pdf", b"%PDF-1.7 a-canary")
    assert "canary" not in everything_stored()
    assert "beispiel" not in everything_stored()
    assert b64encode(b"%PDF-1.7 a-canary").decode()[4:12] not in everything_stored()
    assert json.loads(Act.objects.order_by("pk").values_list("body", flat=True).last() or "{}")["fields"] == [
        "attachment"
    ]


@pytest.mark.parametrize(
    "content", [b"MZ\x90 a program", b"PK\x03\x04 an archive", b"<svg onload=alert(1)>", b"pay 4111 1111 1111 1111"]
)
def test_another_file_is_not_taken_and_its_sender_is_told(content: bytes, relay: Mailbox, now: datetime) -> None:
    taking.take(with_file(content), "", now)

    message = read(now).messages[0]
    assert (message.files, message.left_out) == ((), 1)
    assert "we did not take: 1." in text(sent(relay, now))


def test_where_the_policy_declares_no_files_none_is_kept(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    purpose = editions.current("club").policy.purposes["enquiry"]
    monkeypatch.setitem(purpose.__dict__, "data", ["email", "name", "message"])

    taking.take(with_file(b"%PDF-1.7"), "", now)

    assert (read(now).messages[0].files, read(now).messages[0].left_out) == ((), 1)


def test_a_file_on_the_page_joins_its_message_and_another_is_told(relay: Mailbox, now: datetime) -> None:
    asks(now)
    here = visit(relay, now)
    uploads = (Upload("attachment", "plan.pdf", b"%PDF-1.7"), Upload("attachment", "x.exe", b"MZ\x90"))

    done = pages.press(here, Press("say", {"message": "Two files"}, uploads))

    assert "did not take one file" in done.parts[0].says[0]
    assert len(read(now).messages[1].files) == 1
    assert "one file" in pages.look(here).parts[0].wrote[1][0]


def test_files_go_with_their_enquiry(now: datetime) -> None:
    taking.take(with_file(b"%PDF-1.7"), "", now)
    subject = vault.find("club", "email", "ben@example.org")[0].subject
    asks(now + timedelta(days=30))
    assert len(vault.entries(subject, "enquiry", now)) == 3

    acts.sweep(now + timedelta(days=100))

    assert len(vault.entries(subject, "enquiry", now + timedelta(days=100))) == 1


@pytest.mark.parametrize("value", ["x\r\nBcc: cora@example.org", "=?utf-8?q?x=0D=0ABcc=3A_cora@example.org?="])
def test_a_header_of_a_mail_reaches_no_header_of_ours(value: str, relay: Mailbox, now: datetime) -> None:
    taking.take(raw(ASKED).replace(b"Subject: A boat", f"Subject: {value}".encode()), "", now)

    assert "cora@" not in str(sent(relay, now))
    assert relay.to == ["ben@example.org"]


# ── answered by mail ──


def test_an_answer_to_our_mail_joins_its_thread(relay: Mailbox, now: datetime) -> None:
    asks(now)
    to = reply_address(relay, now)
    quoted = "A red one.\n\nOn Sun, 22 Nov 2026, Rowing Club wrote:\n> Hello"

    assert taking.take(raw(quoted, to), "", now + timedelta(hours=1)) == "taken"

    first, second = read(now + timedelta(hours=1)).messages
    assert (first.said, second.said) == (ASKED, "A red one.")
    assert second.has_more
    assert not second.is_elsewhere
    assert Thread.objects.count() == 1


def test_an_answer_from_another_address_is_marked_as_such(relay: Mailbox, now: datetime) -> None:
    asks(now)
    to = reply_address(relay, now)

    taking.take(raw("I am Ben's brother.", to, "Cora <cora@example.org>"), "", now)

    assert read(now).messages[1].is_elsewhere
    assert vault.find("club", "email", "cora@example.org") == ()


def test_the_same_answer_is_taken_once(relay: Mailbox, now: datetime) -> None:
    asks(now)
    to = reply_address(relay, now)
    for _ in range(3):
        taking.take(raw("A red one.", to), "", now)

    assert Message.objects.count() == 2


def test_a_forged_or_foreign_tag_opens_no_thread(relay: Mailbox, now: datetime) -> None:
    asks(now)
    good = reply_address(relay, now)
    page = visit(relay, now).token

    for token in ("a" * 32, page, good.partition("reply.")[2][:31] + "@example.org", "", "ü" * 32):
        to = f"post+reply.{token}@example.org" if "@" not in token else f"post+reply.{token}"
        taking.take(raw(f"forged {token[:3]}", to, "cora@example.org"), "", now)

    assert Message.objects.filter(thread=Thread.objects.order_by("pk").first()).count() == 1


def test_a_tag_that_a_server_has_put_in_capitals_is_the_same(relay: Mailbox, now: datetime) -> None:
    asks(now)

    taking.take(raw("A red one.", reply_address(relay, now).upper()), "", now)

    assert Message.objects.count() == 2


def test_an_answer_with_a_card_number_joins_without_it(relay: Mailbox, now: datetime) -> None:
    asks(now)
    taking.take(raw(f"Take {CARD}", reply_address(relay, now)), "", now)

    assert CARD not in read(now).messages[1].text
    assert "account number" in read(now).messages[1].text


def test_more_answers_than_a_thread_takes_are_enquiries_of_their_own(relay: Mailbox, now: datetime) -> None:
    asks(now)
    to = reply_address(relay, now)
    for number in range(21):
        assert taking.take(raw(f"again {number}", to), "", now) == "taken"

    assert [thread.messages.count() for thread in Thread.objects.order_by("pk")] == [20, 1, 1]


def test_an_address_that_looks_like_a_card_keeps_no_mail_waiting(relay: Mailbox, now: datetime) -> None:
    card = CARD.replace(" ", "")

    assert taking.take(raw("Hello.", "post@example.org", f"{card}@example.org"), "", now) == "left"
    assert Thread.objects.count() == 0


# ── the page ──


def test_the_page_shows_both_sides_and_changes_nothing(relay: Mailbox, now: datetime) -> None:
    asks(now)
    before = (Thread.objects.values().get(), Message.objects.count())

    page = pages.look(visit(relay, now))

    assert [said for _, said in page.parts[0].wrote] == [ASKED]
    assert (Thread.objects.values().get(), Message.objects.count()) == before


def test_a_further_message_on_the_page_joins_the_thread(relay: Mailbox, now: datetime) -> None:
    asks(now)
    here = visit(relay, now)

    done = pages.press(here, Press("say", {"message": "<script>alert(1)</script>"}))

    assert done.done
    assert read(now).messages[1].said == "<script>alert(1)</script>"


@pytest.mark.parametrize(("typed", "said"), [("  ", "few words"), (f"pay {CARD}", "account number")])
def test_what_cannot_be_taken_is_said_beside_the_field_and_not_lost(
    typed: str, said: str, relay: Mailbox, now: datetime
) -> None:
    asks(now)

    page = pages.press(visit(relay, now), Press("say", {"message": typed}))

    field, _file = page.asks[0].inputs
    assert (page.status, field.value) == (422, typed)
    assert said in field.wrong


@pytest.mark.parametrize("token", ["x", "a" * 32, "\N{SNOWMAN}"])
def test_another_token_shows_nothing(token: str, now: datetime) -> None:
    asks(now)

    with pytest.raises(NoTokenPage):
        pages.look(Visit("club", token, "en", now))


def test_the_page_of_another_site_shows_nothing(relay: Mailbox, now: datetime) -> None:
    asks(now)
    token = visit(relay, now).token

    with pytest.raises(NoTokenPage):
        pages.look(Visit("other", token, "en", now))


def test_a_flood_on_one_page_ends(relay: Mailbox, now: datetime) -> None:
    asks(now)
    here = visit(relay, now)
    for number in range(30):
        pages.press(here, Press("say", {"message": f"again {number}"}))

    assert Message.objects.count() == 20


# ── the end ──


def test_what_was_written_goes_with_its_time(now: datetime) -> None:
    asks(now)

    assert acts.sweep(now + timedelta(days=89)) == 0
    assert acts.sweep(now + timedelta(days=90)) == 1
    assert (Thread.objects.count(), Message.objects.count()) == (0, 0)


def test_an_older_enquiry_goes_while_a_younger_one_of_the_same_person_stays(now: datetime) -> None:
    asks(now, {**BEN, "message": "old"})
    asks(now + timedelta(days=30), {**BEN, "message": "young"})
    later = now + timedelta(days=100)

    acts.sweep(later)

    assert [one.said for one in read(later).messages] == ["young"]
    subject = vault.find("club", "email", "ben@example.org")[0].subject
    assert len(vault.entries(subject, "enquiry", later)) == 1


def test_an_answer_moves_the_end(relay: Mailbox, now: datetime) -> None:
    asks(now)
    later = now + timedelta(days=80)
    (listed,) = waiting(later)
    acts.answer(listed.where, "Yes.", ANNA, read(later).last, later)
    vault.expire(now + timedelta(days=100), "default")

    assert acts.sweep(now + timedelta(days=100)) == 0
    assert acts.sweep(later + timedelta(days=90)) == 1


def test_with_the_grant_goes_the_thread(relay: Mailbox, now: datetime) -> None:
    asks(now)
    here = visit(relay, now)
    vault.withdraw(vault.find("club", "email", "ben@example.org")[0].subject, "enquiry", "asked", now)

    with pytest.raises(NoTokenPage):
        pages.look(here)
    assert acts.sweep(now) == 1
    assert Thread.objects.count() == 0


def test_the_doors_know_who_takes_enquiries() -> None:
    assert doors.takers["enquiry"] is acts.ask
    assert doors.mailboxes["reply"] is acts.reply
    assert doors.mailboxes["enquiry"] is acts.by_mail
    assert doors.token_pages["enquiry"].look is pages.look
