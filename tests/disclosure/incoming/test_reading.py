"""A mail is read within bounds, whatever it is made of, and what it says is found."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.incoming.mails import PDF, PNG, mail, nested, with_file
from zweck.disclosure.errors import BadMail
from zweck.disclosure.incoming import texts
from zweck.disclosure.incoming.reading import read
from zweck.disclosure.incoming.values import MOST_BYTES, MOST_TEXT

BASIC = b"From: Ben <ben@example.org>\nTo: support@example.com\nSubject: A question\n"


def html(said: str) -> bytes:
    """A mail of HTML alone."""
    return BASIC + b"Content-Type: text/html; charset=utf-8\n\n" + said.encode()


def test_a_plain_mail_is_what_it_says() -> None:
    read_ = read(mail("Grüße aus Köln").as_bytes())

    assert (read_.sender, read_.name, read_.subject) == ("ben@example.org", "Ben", "A question")
    assert read_.text.strip() == "Grüße aus Köln"
    assert read_.recipients == ("support@example.com",)
    assert (read_.message_id, read_.is_automatic, read_.reports) == ("1@mail.example.org", False, ())


def test_plain_text_goes_before_html_and_html_is_turned_into_text() -> None:
    both = mail("plain")
    both.add_alternative("<p>html</p>", subtype="html")

    assert read(both.as_bytes()).text.strip() == "plain"
    assert read(html("<p>Hello&nbsp;<b>there</b>,<br>who &lt;are&gt; you?</p><p>Ben")).text == (
        "Hello there,\nwho <are> you?\n\nBen"
    )


@pytest.mark.parametrize(
    "silent",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<!-- hidden -->",
        "<head><title>t</title></head>",
        '<img src="https://tracker.example.net/p.gif">',
        "<SCRIPT>alert(1)</Script >",
    ],
)
def test_what_html_does_not_show_is_not_read(silent: str) -> None:
    assert read(html(f"<p>seen</p>{silent}<p>too</p>")).text == "seen\n\ntoo"


@pytest.mark.parametrize("made", ["<", "<!", "<!--", "<a", "</", "<script", "<script>", "&", "<![CDATA[", "< "])
def test_html_made_to_be_slow_is_read_in_no_time(made: str) -> None:
    start = time.process_time()

    texts.from_html(made * 200_000 + ">")

    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("charset", "content", "said"),
    [
        ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("windows-1252", "„Hallo“".encode("cp1252"), "„Hallo“"),
        ("no-such-charset", "Grüße".encode(), "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe", "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("zlib", b"plain", "plain"),
        ("punycode", b"plain", "plain"),
        ("x\0y", b"plain", "plain"),
    ],
)
def test_a_wrong_charset_costs_no_word(charset: str, content: bytes, said: str) -> None:
    head = BASIC + b"Content-Type: text/plain; charset=" + charset.encode() + b"\nContent-Transfer-Encoding: 8bit\n\n"

    assert read(head + content).text == said


@pytest.mark.parametrize(
    ("encoding", "body", "said"),
    [
        (b"base64", b"R3LDvMOfZQ==", "Grüße"),
        (b"base64", b"R3LDvMOfZQ", "Grüße"),
        (b"base64", b"!!R3LD\nvMOf ZQ==!!", "Grüße"),
        (b"base64", b"R", ""),
        (b"quoted-printable", b"Gr=C3=BC=C3=9F=\ne", "Grüße"),
        (b"quoted-printable", b"Gr=ZZe", "Gr=ZZe"),
        (b"uuencode", b"as it is", "as it is"),
    ],
)
def test_a_bad_encoding_is_read_as_far_as_it_goes(encoding: bytes, body: bytes, said: str) -> None:
    head = BASIC + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + encoding

    assert read(head + b"\n\n" + body).text.strip() == said


def test_a_header_is_decoded_and_stays_on_one_line() -> None:
    subject = "=?utf-8?q?Gr=C3=BC=C3=9Fe=0D=0ABcc=3A_cora@example.org?="
    injected = BASIC.replace(b"A question", subject.encode())

    assert read(injected + b"\nHello").subject == "Grüße Bcc: cora@example.org"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (b"=?no-such?q?Gr=C3=BC?=", "Grü"),
        (b"=?utf-8?b?!!!?=", ""),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        ("turned \N{RIGHT-TO-LEFT OVERRIDE}round".encode(), "turned round"),
        (b"x" * 5000, "x" * 300),
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_subject_is_readable_whatever_was_sent(subject: bytes, said: str) -> None:
    assert read(BASIC.replace(b"A question", subject) + b"\nHello").subject == said


def test_more_than_ten_megabytes_are_refused_before_anything_is_read() -> None:
    with pytest.raises(BadMail, match="larger than 10 MB"):
        read(BASIC + b"\n" + b"x" * MOST_BYTES)


def test_nearly_ten_megabytes_are_read_and_cut() -> None:
    text = read(BASIC + b"\n" + b"all work \n" * 1_000_000).text

    assert len(text) < MOST_TEXT + 10
    assert text.endswith("[…]")


def test_a_mail_nested_too_deep_is_refused_and_one_within_bounds_is_read() -> None:
    assert read(nested(6)).text.strip() == "found"

    with pytest.raises(BadMail, match="nested too deep"):
        read(nested(9))


@pytest.mark.parametrize(
    "made",
    [
        nested(2000),
        BASIC + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
        BASIC + b"X: y\n" * 2_000_000,
        BASIC + b"X-Long: " + b"x" * 9_000_000 + b"\n\nHello",
        b"From: " + b"(" * 5000 + b"ben@example.org\n\nHello",
    ],
    ids=["depth", "parts", "headers", "long header", "comments"],
)
def test_a_mail_made_to_be_slow_is_refused_in_no_time(made: bytes) -> None:
    start = time.process_time()

    with pytest.raises(BadMail):
        read(made)

    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "made",
    [
        BASIC + b'Content-Type: multipart/mixed; boundary="' + b"b" * 60 + b'"\n\n' + b"--" * 3_000_000,
        BASIC + b'Content-Type: multipart/mixed; boundary="b"\n\n--b' + b" " * 5_000_000 + b"x",
        BASIC + b'Content-Type: text/plain; x="' + b";" * 100_000 + b"\n\nHello",
        b"Subject: failure notice\nFrom: mailer-daemon@example.net\n\n" + b"\n" * 5_000_000,
        b"Subject: failure notice\nFrom: mailer-daemon@example.net\n\n" + b"a@" * 2_000_000,
        BASIC + b"\n" + b">" * 5_000_000,
        BASIC + b"\nOn " + b"x" * 5_000_000 + b"wrote:",
        BASIC + b"Content-Type: message/rfc822\n\n" * 300_000,
    ],
    ids=["dashes", "spaces", "parameters", "empty lines", "addresses", "quotes", "introductions", "wrapped"],
)
def test_a_mail_made_to_be_slow_is_read_in_no_time(made: bytes) -> None:
    start = time.process_time()

    texts.said(read(made).text)

    assert time.process_time() - start < 3


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(noise: bytes) -> None:
    for raw in (noise, BASIC + noise, BASIC + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n' + noise):
        try:
            found = read(raw)
        except BadMail:
            continue
        assert "\0" not in found.text + found.subject + found.name


@given(st.text(alphabet="=?uqb-/;\"' ()<>@,:.\n\tutf8\xfc\0", max_size=200))
def test_whatever_stands_in_a_header_is_read_or_refused(value: str) -> None:
    for name in ("From", "Subject", "Content-Type", "Content-Disposition", "To", "Content-Transfer-Encoding"):
        raw = f"{name}: {value}\n".encode() + BASIC + b"\nHello"
        try:
            found = read(raw)
        except BadMail:
            continue
        assert "\n" not in found.subject + found.name + found.sender


def test_a_mail_without_a_sender_is_refused() -> None:
    with pytest.raises(BadMail, match="nobody who sent it"):
        read(b"To: support@example.com\n\nHello")


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "Precedence: bulk",
        "List-Id: <list.example.org>",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "\n".join(["Received: from a by b"] * 31),
    ],
)
def test_what_a_machine_sends_is_told_apart(header: str) -> None:
    assert read(header.encode() + b"\n" + BASIC + b"\nI am away.").is_automatic
    assert not read(b"Auto-Submitted: no\n" + BASIC + b"\nHello").is_automatic


@pytest.mark.parametrize(
    "reply",
    [
        "Thank you.\n\nOn Sun, 22 Nov 2026 at 09:41, Support <support@example.com> wrote:\n> Hello\n> Ben",
        "Thank you.\n\nOn Sun, 22 Nov 2026 at 09:41, Support\n<support@example.com> wrote:\n\n> Hello",
        "Thank you.\n\nAm 22.11.2026 um 09:41 schrieb Support:\n> Hallo",
        "Thank you.\n\nAm So., 22. Nov. 2026 um 09:41 Uhr schrieb Support <\nsupport@example.com>:\n> Hallo",
        "Thank you.\n\n-----Original Message-----\nFrom: Support\nSent: Sunday\n\nHello",
        "Thank you.\n\n-----Ursprüngliche Nachricht-----\nVon: Support\n\nHallo",
        "Thank you.\n\nVon: Support <support@example.com>\nGesendet: Sonntag, 22. November 2026\nAn: Ben\n\nHallo",
        "Thank you.\n\nFrom: Support <support@example.com>\nSent: Sunday, November 22, 2026\nTo: Ben\n\nHello",
        "> Hello\n> Ben\nThank you.",
        "Thank you.\n-- \nBen\nExample Ltd",
    ],
)
def test_the_new_part_of_a_reply_is_found(reply: str) -> None:
    assert texts.said(reply) == "Thank you."


@pytest.mark.parametrize(
    "whole",
    [
        "On Sunday I wrote: nothing.",
        "From: here to there it is far.\nAnd back.",
        "> only a quote",
        "I wrote to you on Monday.\nNo answer.",
    ],
)
def test_what_only_looks_like_a_quote_stays(whole: str) -> None:
    assert texts.said(whole) == whole


@pytest.mark.parametrize(
    ("content", "kind", "name", "taken"),
    [
        (PDF, "application/pdf", "invoice.pdf", ("invoice.pdf", "application/pdf")),
        (PDF, "application/octet-stream", "invoice.exe", ("invoice.pdf", "application/pdf")),
        (PNG, "image/png", "../../etc/shot.png", ("shot.png", "image/png")),
        (b"a;b\n", "text/csv", "tab\tle.csv", ("tab le.txt", "text/plain")),
        (PDF, "application/pdf", "C:\\x\\..pdf", ("file.pdf", "application/pdf")),
    ],
)
def test_a_file_is_what_it_contains(content: bytes, kind: str, name: str, taken: tuple[str, str]) -> None:
    (file,) = read(with_file(content, kind, name).as_bytes()).attachments

    assert (file.name, file.kind) == taken
    assert file.content == content


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"PK\x03\x04" + b"\0" * 100, "application/zip", "kind"),
        (b"MZ\x90", "application/pdf", "kind"),
        (b"<svg onload=alert(1)>", "image/svg+xml", "kind"),
        (b"<html><script>", "text/plain", "kind"),
        (PDF + b"x" * 2_100_000, "application/pdf", "size"),
        (PDF + b"x" * 5_000_000, "application/pdf", "size"),
    ],
)
def test_another_file_is_left_out_and_the_mail_says_why(content: bytes, kind: str, why: str) -> None:
    found = read(with_file(content, kind, "file").as_bytes())

    assert (found.attachments, found.left_out) == ((), (why,))
    assert found.text.strip() == "Where can I find my invoice?"


def test_at_most_five_files_are_taken() -> None:
    message: EmailMessage = mail()
    for number in range(8):
        message.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"{number}.pdf")

    found = read(message.as_bytes())

    assert (len(found.attachments), found.left_out) == (5, ("count",) * 3)


def test_no_value_of_a_mail_shows_itself() -> None:
    found = read(with_file(PDF, "application/pdf", "ben.pdf").as_bytes())

    assert "ben" not in repr(found) + repr(found.attachments)
