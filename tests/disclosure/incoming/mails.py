"""Mails as they come: written by hand where the form matters, by the standard library where it does not."""

from email.message import EmailMessage

PDF = b"%PDF-1.7\n%small\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

POSTFIX = b"""\
Return-Path: <>
Date: Sun, 22 Nov 2026 09:41:00 +0000
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: news@example.com
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F9A.1/mx.example.net"
Message-Id: <20261122.4F9A@mx.example.net>

This is a MIME-encapsulated message.

--4F9A.1/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4F9A.1/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4F9A
Arrival-Date: Sun, 22 Nov 2026 09:40:58 +0000

Final-Recipient: rfc822; ben@example.org
Original-Recipient: rfc822;ben@example.org
Action: failed
Status: STATUS
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 STATUS <ben@example.org>: Recipient address
    rejected: User unknown

--4F9A.1/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Example Club <news@example.com>
To: ben@example.org
Message-ID: <c0ffee@example.com>

--4F9A.1/mx.example.net--
"""
EXIM = b"""\
Return-path: <>
X-Failed-Recipients: ben@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: news@example.com
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1abc-0001@mx.example.net>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ben@example.org
    host mail.example.org [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<ben@example.org>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: <c0ffee@example.com>
From: Example Club <news@example.com>
"""
QMAIL = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: news@example.com
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ben@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <c0ffee@example.com>
"""
GERMAN = """\
From: Postmaster <postmaster@mx.example.net>
To: news@example.com
Subject: =?utf-8?q?Unzustellbar=3A_Neuigkeiten?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Ihre Nachricht konnte nicht zugestellt werden:

ben@example.org
  Empfänger unbekannt
""".encode()
FULL = QMAIL.replace(b"Sorry, no mailbox here by that name. (#5.1.1)", b"Mailbox quota exceeded. (#5.2.2)")
COMPLAINT = b"""\
From: <feedback@provider.example.net>
To: <complaints@example.com>
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message.

--part1
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <news@example.com>
Original-Rcpt-To: <ben@example.org>

--part1
Content-Type: message/rfc822
Content-Disposition: inline

From: <news@example.com>
To: <ben@example.org>
Subject: News
Message-ID: <c0ffee@example.com>

Some text.
--part1--
"""


def postfix(status: str) -> bytes:
    """A report of Postfix with this status."""
    return POSTFIX.replace(b"STATUS", status.encode())


def mail(text: str = "Where can I find my invoice?", **headers: str) -> EmailMessage:
    """Ben's mail; `headers` by name, with _ for -."""
    message = EmailMessage()
    usual = {"From": "Ben <ben@example.org>", "To": "support@example.com", "Subject": "A question"}
    told = usual | {"Message-ID": "<1@mail.example.org>"} | {k.replace("_", "-"): v for k, v in headers.items()}
    for name, value in told.items():
        message[name] = value
    message.set_content(text)
    return message


def with_file(content: bytes, kind: str, name: str) -> EmailMessage:
    """Ben's mail with a file."""
    message = mail()
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def nested(levels: int) -> bytes:
    """A mail whose only text lies that many levels deep."""
    inner = b"Content-Type: text/plain\n\nfound\n"
    for level in range(levels):
        mark = b"b%d" % level
        inner = b'Content-Type: multipart/mixed; boundary="%b"\n\n--%b\n%b\n--%b--\n' % (mark, mark, inner, mark)
    return b"From: ben@example.org\nSubject: deep\nMIME-Version: 1.0\n" + inner
