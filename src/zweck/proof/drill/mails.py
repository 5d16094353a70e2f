"""Mails of a drill, as its catcher took them; and what people do with forms and with the links in mails."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import NotReached
from zweck.disclosure.values import Caught
from zweck.policy.model import Policy
from zweck.policy.reading.forms import path_of, served
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage
from zweck.proof.pages import Fetched

WITHIN_SECONDS = 20.0
_LOOK_SECONDS = 0.2
_ALTERS = "alter mails"
# What a plant does to each mail on its way to the check; None: it never came.
Alter = Callable[[Caught], Caught | None]
_LINK = re.compile(r"https?://[^\s)<>\"]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that came. `text` with plain line ends; `links`: the paths of its links on our own pages, in order."""

    number: int
    to: str
    data: bytes
    message: EmailMessage
    text: str
    links: tuple[str, ...]


def mails_to(target: Target, stage: Stage, address: str = "", after: int = 0) -> tuple[Mail, ...]:
    """The mails to an address, or all, that came after a number, as far as a plant lets them through.

    Raises CouldNotLook when the catcher cannot be asked.
    """
    try:
        found = disclosure.caught(stage.folder / "data" / "catcher.json", after)
    except NotReached as trouble:
        raise CouldNotLook(str(trouble)) from None
    alter = target.place.get(_ALTERS)
    through = [alter(one) for one in found] if callable(alter) else found
    return tuple(_read(one) for one in through if one is not None and address in ("", one.to))


def waited_for(target: Target, stage: Stage, address: str, after: int = 0) -> tuple[Mail, ...]:
    """The same, as soon as there is one; none when the time is over."""
    until = time.monotonic() + WITHIN_SECONDS
    while not (found := mails_to(target, stage, address, after)) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return found


def altered(target: Target, alter: Alter) -> Target:
    """The same target, where each mail is altered on its way to the check."""
    return Target(target.policy, target.base_url, target.origin, {**target.place, _ALTERS: alter})


def fill_in(policy: Policy, stage: Stage, kind: str, data: dict[str, str]) -> str:
    """Send the first form of a kind, in the policy's first language; gives its purpose. Raises CouldNotLook."""
    found = next(((id_, form) for id_, form in served(policy).items() if form.kind == kind), None)
    if found is None:
        raise CouldNotLook(f"the policy declares no form of the kind {kind}")
    id_, form = found
    # Each from an address of its own, else the limit on forms would count them as one sender.
    person = Person(stage.url, sends={"x-forwarded-for": f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"})
    page = person.get(path_of(policy, id_, policy.languages[0]))
    button = next((one for one in buttons_of(page.text) if "slip" in dict(one.fields)), None)
    if button is None:
        raise CouldNotLook(f"{page.path}: no form to send was found")
    fields = {**dict(button.fields), **{name: data.get(name, "x") for name in form.all_asked}}
    answer = person.press(page, Button(button.text, button.action, button.method, tuple(fields.items())))
    if answer.status != 200:
        raise CouldNotLook(f"{page.path}: the form was not taken ({answer.status})")
    return form.purpose


def follow(stage: Stage, mail: Mail, kind: str) -> tuple[Person, Fetched]:
    """Open a mail's link of a kind ("confirm") as its reader does. Raises CouldNotLook."""
    path = next((link for link in mail.links if link.startswith(f"/z/{kind}/")), None)
    if path is None:
        raise CouldNotLook(f"the mail has no link to {kind}")
    person = Person(stage.url)
    return person, person.get(path)


def pressed(person: Person, page: Fetched, action: str) -> Fetched:
    """Press a button of a token page. Raises CouldNotLook where there is none."""
    answer = person.press_first(page, action=action)
    if answer is None:
        raise CouldNotLook(f"there is no button to {action}")
    return answer


def _read(found: Caught) -> Mail:
    message = message_from_bytes(found.data, policy=default)
    part = message.get_body(("plain",))
    text = str(part.get_content()).replace("\r\n", "\n") if part else ""
    links = tuple(urlsplit(link).path for link in _LINK.findall(text))
    return Mail(found.number, found.to, found.data, message, text, links)
