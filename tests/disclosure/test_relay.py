"""Mail goes to the mail server over TLS alone, and only to the one whose certificate holds."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.disclosure.certificates import certificate
from tests.disclosure.receivers import Mailbox
from zweck.disclosure.errors import NotDelivered
from zweck.disclosure.smtp.relay import smtp
from zweck.disclosure.smtp.session import Ready, send_one

MAIL = Ready(1, "club@example.org", "ben@example.org", b"Subject: Hello\r\n\r\nHello\r\n")


@pytest.fixture(params=["smtps", "smtp+starttls"])
def guarded(request: pytest.FixtureRequest, relay: Mailbox, settings: Settings) -> Mailbox:
    """A mail server behind TLS, from the first byte or by STARTTLS."""
    relay.scheme, relay.extensions = request.param, ("PIPELINING", "STARTTLS")
    settings.SMTP_URL = relay.url
    return relay


def test_a_mail_goes_over_tls_where_the_certificate_holds(
    guarded: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, guarded.tls = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    assert send_one(MAIL, smtp()).verdict == "accepted"
    assert (guarded.to, guarded.encrypted) == (["ben@example.org"], 1)


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_nothing_goes_to_a_server_whose_certificate_is_unknown_or_another_s(
    address: str, guarded: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, guarded.tls = certificate(tmp_path, address)
    if address != "127.0.0.1":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with pytest.raises(NotDelivered, match="SSLCertVerificationError"):
        send_one(MAIL, smtp())
    assert (guarded.senders, guarded.to) == ([], [])


def test_a_server_that_offers_no_tls_gets_nothing_in_the_clear(relay: Mailbox, settings: Settings) -> None:
    settings.SMTP_URL = relay.url.replace("smtp://", "smtp+starttls://")

    with pytest.raises(NotDelivered, match="SMTPNotSupportedError"):
        send_one(MAIL, smtp())
    assert (relay.senders, relay.to) == ([], [])
