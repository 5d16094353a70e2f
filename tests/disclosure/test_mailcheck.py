"""What keeps mail from leaving or coming is told before the service starts, in words that help."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tests.disclosure.test_dkim import KEYS, lay_key


@pytest.fixture(autouse=True)
def _empty(settings: Settings, tmp_path: Path) -> None:
    settings.SMTP_URL = settings.SMTP_MARKETING_URL = settings.IMAP_URL = ""
    settings.CATCHER, settings.KEYS = False, tmp_path


def told() -> list[tuple[str, str]]:
    return [(str(one.id), one.msg) for one in run_checks() if one.id in ("zweck.E020", "zweck.E021")]


def test_without_mail_and_with_sound_settings_nothing_is_told(settings: Settings, tmp_path: Path) -> None:
    assert told() == []

    lay_key(tmp_path, "example.org", "s1", KEYS["ed25519"])
    settings.SMTP_URL, settings.IMAP_URL = "smtps://ben:hush@mail.example.net", "imaps://ben:hush@mail.example.net/"
    settings.SMTP_MARKETING_URL = "smtp+starttls://news.example.net"
    assert told() == []


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("SMTP_URL", "smtp://mail.example.net"),
        ("SMTP_MARKETING_URL", "smtp://news.example.net"),
        ("IMAP_URL", "imap://ben:hush@mail.example.net/"),
    ],
)
def test_mail_in_the_clear_is_told_by_its_setting(name: str, url: str, settings: Settings) -> None:
    settings.SMTP_URL = "smtps://mail.example.net"
    setattr(settings, name, url)

    ((code, message),) = told()
    assert (code, f"ZWECK_{name}: " in message, "hush" in message) == ("zweck.E020", True, False)


def test_the_same_trouble_of_both_streams_is_told_once(settings: Settings) -> None:
    settings.SMTP_URL = "mail.example.net"

    assert len(told()) == 1


def test_a_demonstration_asks_for_no_mail_server(settings: Settings) -> None:
    settings.CATCHER = True

    assert told() == []


def test_a_key_for_signing_that_others_may_read_is_told(tmp_path: Path) -> None:
    for domain in ("example.org", "news.example.org"):
        lay_key(tmp_path, domain, "s1", KEYS["ed25519"])
    file = tmp_path / "dkim" / "news.example.org" / "s1.pem"
    file.chmod(0o644)

    ((code, message),) = told()
    assert code == "zweck.E021"
    assert message.endswith(f"run: chmod 0600 {file}")
