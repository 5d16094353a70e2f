"""Whatever a mail says, its bytes hold that and nothing else."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zweck.disclosure.errors import BadLetter, Unwritable
from zweck.disclosure.letters import still, wire
from zweck.disclosure.letters.address import writable
from zweck.disclosure.letters.gaps import gap
from zweck.disclosure.values import Prepared

HEADS = wire.Heads("Rowing Club", "club@example.org", "Hello", is_list=True, mailbox="post@example.org")
URL = "https://www.example.org/z/leave/" + "A.b=c~d_e-f" * 20
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def mail(text: str, heads: wire.Heads = HEADS, links: frozenset[str] = frozenset({"leave"})) -> EmailMessage:
    pieces = wire.pieces(heads, text, f"<p>{text}</p>")
    prepared = Prepared(
        site="club",
        purpose="news",
        language="en",
        stream="marketing",
        sender=heads.address,
        bounces=heads.address,
        provider="",
        domain="example.org",
        origin="https://www.example.org",
        links=links,
        pieces=pieces,
    )
    data = wire.filled(prepared, "ben@example.org", "k@example.org", "Sun, 22 Nov 2026 09:41:00 +0000", {"leave": URL})
    assert all(len(line) <= 998 and not line.startswith(b".") for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    return message_from_bytes(data, policy=default)


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@settings(max_examples=40)
@given(TEXTS)
def test_every_text_arrives_as_it_was_written(text: str) -> None:
    arrived = text_of(mail(text))

    assert arrived.splitlines() == text.splitlines()


@settings(max_examples=40)
@given(TEXTS, TEXTS)
def test_a_link_is_whole_wherever_it_stands(before: str, after: str) -> None:
    arrived = text_of(mail(f"{before}{gap('leave')}{after}"))

    assert arrived.splitlines() == f"{before}{URL}{after}".splitlines()


@given(st.text(max_size=400))
def test_a_subject_is_one_header(subject: str) -> None:
    heads = wire.Heads(subject, "club@example.org", subject)
    try:
        message = mail("Hello", heads, frozenset())
    except BadLetter:
        return

    assert set(message.keys()) == {
        "Date", "Message-ID", "To", "From", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"
    }  # fmt: skip
    assert message["From"].addresses[0].addr_spec == "club@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "ben@example.org\r\nBcc: x@example.org",
        "ben@example.org>",
        "a b@example.org",
        "ben@[192.0.2.1]",
        "ben@localhost",
        "@example.org",
        "ben@",
        "ben",
        "ben@@example.org",
        "b\u202een@example.org",
        "ben\u00a0x@example.org",
        "ben@exa\nmple.org",
        "x" * 250 + "@example.org",
        '"ben x"@example.org',
    ],
)
def test_an_address_that_could_break_a_command_is_written_to_nobody(address: str) -> None:
    with pytest.raises(Unwritable):
        writable(address)


@pytest.mark.parametrize(
    ("address", "written", "wide"),
    [
        ("ben+tag@example.org", "ben+tag@example.org", False),
        ("ben@Bücher.example", "ben@xn--bcher-kva.example", False),
        ("bün@example.org", "bün@example.org", True),
        ("用户@例子.example", "用户@xn--fsqu00a.example", True),
    ],
)
def test_addresses_of_all_scripts_are_written_to(address: str, written: str, wide: bool) -> None:
    target = writable(address)

    assert (target.address, target.needs_utf8) == (written, wide)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<img src="https://example.net/x.gif">', "<img>"),
        ("<IMG SRC=x>", "<img>"),
        ('<p style="background:url(https://example.net/x)">', "a style that loads something"),
        ("<style>@import 'x';</style>", "a style that loads something"),
        ("<style>p{background:URL (x)}</style>", "a style that loads something"),
        ('<table background="x">', "the attribute background"),
        ("<script>x</script>", "<script>"),
        ('<p onclick="x">', "a handler of events"),
        ('<a href="javascript:x">', "a link that is neither http, https nor mailto"),
        ('<a href="https://example.org/" ping="https://example.net/">', "the attribute ping"),
        ('<meta http-equiv="refresh" content="0">', "an instruction to the reader's program"),
        ('<link rel="stylesheet" href="x">', "<link>"),
        ("<svg><image xlink:href=x></svg>", "<svg>"),
        ('<video poster="x">', "<video>"),
    ],
)
def test_what_asks_somebody_when_it_is_opened_is_found(html: str, fault: str) -> None:
    assert fault in still.faults(html)
    assert still.faults("<p>Hello <a href='https://example.org/'>you</a></p>") == ()
