"""Where alerts go, as the operator set it up. Nothing set up means nothing leaves."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

from zweck.disclosure.errors import BadSetting

Security = Literal["none", "starttls", "tls"]
_SECURITY: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


@dataclass(frozen=True, slots=True, repr=False)
class Smtp:
    """A mail server and how to speak to it. Has no repr: it holds a password."""

    host: str
    port: int
    security: Security
    user: str
    password: str


def kinds() -> tuple[str, ...]:
    """By which ways alerts leave."""
    ways = (("mail", alert_to() and _setting("SMTP_URL")), ("webhook", webhook_url()))
    return tuple(kind for kind, is_set in ways if is_set)


def alert_to() -> str:
    """The operator's mailbox for alerts (ZWECK_ALERT_TO)."""
    return _setting("ALERT_TO")


def webhook_url() -> str:
    """The address that gets alerts as JSON (ZWECK_ALERT_WEBHOOK)."""
    return _setting("ALERT_WEBHOOK")


def webhook_secret() -> str:
    """What signs webhooks (ZWECK_ALERT_SECRET); empty means unsigned."""
    return _setting("ALERT_SECRET")


def smtp() -> Smtp:
    """The mail server (ZWECK_SMTP_URL). Raises BadSetting."""
    parts = urlsplit(_setting("SMTP_URL"))
    if parts.scheme not in _SECURITY or not parts.hostname:
        schemes = ", ".join(f"{scheme}://" for scheme in _SECURITY)
        raise BadSetting(f"ZWECK_SMTP_URL: not a mail server's address; write HOST:PORT behind one of {schemes}")
    security, port = _SECURITY[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(parts.hostname, parts.port or port, security, user, password)


def _setting(name: str) -> str:
    return str(getattr(settings, name, "") or "")
