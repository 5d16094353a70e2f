"""The mail servers that take our mail, as the operator set them up."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

from zweck.disclosure.catcher import asking
from zweck.disclosure.errors import BadSetting, NotReached
from zweck.disclosure.values import Stream

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


def is_set_up() -> bool:
    """Whether any mail can leave."""
    return bool(setting("SMTP_URL")) or settings.CATCHER


def smtp(stream: Stream = "transactional") -> Smtp:
    """The server for a stream: ZWECK_SMTP_MARKETING_URL for marketing where it is set, else ZWECK_SMTP_URL.

    In a demonstration it is the catcher. Raises BadSetting.
    """
    if settings.CATCHER:
        try:
            return Smtp("127.0.0.1", asking.where(settings.DATA / "catcher.json")["smtp"], "none", "", "")
        except NotReached as trouble:
            raise BadSetting(str(trouble)) from None
    marketing = "SMTP_MARKETING_URL" if stream == "marketing" and setting("SMTP_MARKETING_URL") else ""
    return _read(marketing or "SMTP_URL")


def is_here(host: str) -> bool:
    """Whether a name or address is this machine's own, so that nobody on the way can listen."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def setting(name: str) -> str:
    """A setting's text; empty when it is unset."""
    return str(getattr(settings, name, "") or "")


def _read(name: str) -> Smtp:
    try:
        parts = urlsplit(setting(name))
        port = parts.port
    except ValueError:
        raise BadSetting(f"ZWECK_{name}: its port is no number from 1 to 65535") from None
    if parts.scheme not in _SECURITY or not parts.hostname:
        schemes = ", ".join(f"{scheme}://" for scheme in _SECURITY)
        raise BadSetting(f"ZWECK_{name}: not a mail server's address; write HOST:PORT behind one of {schemes}")
    security, usual = _SECURITY[parts.scheme]
    if security == "none" and not is_here(parts.hostname):
        raise BadSetting(
            f"ZWECK_{name}: smtp:// speaks without encryption, and only to this machine; write smtp+starttls:// "
            "(port 587, say) or smtps:// (port 465) for one elsewhere"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(parts.hostname, port or usual, security, user, password)
