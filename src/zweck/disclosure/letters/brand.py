"""Whose mail it is: sender, address, colour and the lines at its foot, from the policy."""

import json
from dataclasses import dataclass

from django.conf import settings

from zweck.disclosure.errors import Unwritable
from zweck.disclosure.letters.address import writable
from zweck.disclosure.values import Stream
from zweck.policy.model import Policy
from zweck.policy.systems import Mail
from zweck.policy.texts import say
from zweck.policy.words import words

_ACCENT = "#1f4e79"


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose mail it is. `mailbox`: the address that answers and list commands go to, if one is read."""

    name: str
    sender_name: str
    sender: str
    origin: str
    accent: str
    mailbox: str
    provider: str
    imprint: str
    statement: str

    @property
    def domain(self) -> str:
        """The domain of the sender, which also makes Message-IDs."""
        return self.sender.rpartition("@")[2]


def brand(policy: Policy, language: str, stream: Stream) -> Brand:
    """The look of one stream in one language. Without a declared sender the controller's own address stands there."""
    mail = policy.systems.mail or Mail()
    sender = (mail.marketing_sender if stream == "marketing" else None) or mail.sender
    origin = _origin(policy)
    return Brand(
        name=policy.name,
        sender_name=say(sender.name, language) if sender else policy.name,
        sender=writable(sender.address if sender else policy.controller.contact).address,
        origin=origin,
        accent=mail.accent or _ACCENT,
        mailbox=_mailbox(mail),
        provider=mail.provider or "",
        imprint=_imprint(policy, language),
        statement=origin + _statement_path(policy, language),
    )


def tagged(mailbox: str, tag: str) -> str:
    """A mailbox's address with a tag, "reply+kind.token@example.org"; empty without a mailbox. Raises Unwritable."""
    if not mailbox or not tag:
        return mailbox
    local, _, domain = mailbox.rpartition("@")
    if len(local) + 1 + len(tag) > 64:  # RFC 5321, 4.5.3.1.1
        raise Unwritable("the tag does not fit into an address")
    return writable(f"{local}+{tag}@{domain}").address


def bounces(look: Brand) -> str:
    """Where mails that cannot be delivered go back to: the mailbox, with `{}` for the name of the disclosure."""
    if not look.mailbox:
        return look.sender
    tagged(look.mailbox, f"bounce.{'0' * 32}")  # must fit
    local, _, domain = look.mailbox.rpartition("@")
    return f"{local}+bounce.{{}}@{domain}"


def _origin(policy: Policy) -> str:
    """Where links lead: the declared origin; in a demonstration where it is served, so that they can be clicked."""
    if settings.CATCHER:
        try:
            return str(json.loads((settings.DATA / "serve.json").read_bytes())["url"]).rstrip("/")
        except (OSError, ValueError, KeyError, TypeError):
            return f"http://127.0.0.1:{settings.PORT}"
    return policy.scope.origins[0]


def _mailbox(mail: Mail) -> str:
    return writable(mail.mailbox).address if mail.mailbox else ""


def _imprint(policy: Policy, language: str) -> str:
    who = policy.controller
    parts = [who.name, *([who.address.street, who.address.town] if who.address else [])]
    return ", ".join([*parts, words(language).country(who.country)])


def _statement_path(policy: Policy, language: str) -> str:
    slugs = [words(code).say("page.path.statement") for code in policy.languages]
    slug = words(language).say("page.path.statement")
    return f"/{slug}" if slugs.count(slug) == 1 else f"/{language}/{slug}"
