"""How a visitor of a drill opens the form of a trial, sees what is proposed, and sends it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from zweck.policy.model import Policy
from zweck.policy.reading.forms import path_of, served
from zweck.promises.values import CouldNotLook
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage
from zweck.proof.pages import Fetched

FORWARDED = "x-forwarded-for"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a form lets one choose. `proposed`: what is chosen already; `options`: all there is."""

    proposed: str
    options: tuple[str, ...]


class _Radios(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[tuple[str, bool]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "input" and has.get("type") == "radio":
            self.found.setdefault(str(has.get("name")), []).append((str(has.get("value")), "checked" in has))


def trial_form(policy: Policy) -> str:
    """The id of the form that starts a trial. Raises CouldNotLook."""
    found = next((id_ for id_, form in served(policy).items() if form.kind == "trial"), None)
    if found is None:
        raise CouldNotLook("no form of this site starts a trial, so nothing is proposed")
    return found


def paths(policy: Policy, id_: str) -> Iterator[str]:
    """Where a form stands, in each language."""
    for language in policy.languages:
        yield f"/{path_of(policy, id_, language).lstrip('/')}"


def opened(stage: Stage, path: str, address: str) -> tuple[Person, Fetched]:
    """Somebody from this address opens a page. Raises CouldNotLook."""
    person = Person(stage.url, {FORWARDED: address} if address else {})
    page = person.get(path)
    if page.status != 200:
        raise CouldNotLook(f"{path} answers {page.status}")
    return person, page


def offered(page: Fetched, name: str) -> Offered:
    """What the form on a page offers under this name; nothing where it offers none."""
    reader = _Radios()
    reader.feed(page.text)
    reader.close()
    options = reader.found.get(name, [])
    return Offered(next((value for value, checked in options if checked), ""), tuple(value for value, _ in options))


def filled(page: Fetched, **fields: str) -> Button:
    """The form's own button, with these fields filled in. Raises CouldNotLook."""
    button = next((one for one in buttons_of(page.text) if any(name == "slip" for name, _ in one.fields)), None)
    if button is None:
        raise CouldNotLook(f"{page.path} has no form of ours")
    kept = [(name, fields.pop(name, value)) for name, value in button.fields]
    return replace(button, fields=(*kept, *fields.items()))


def asked(page: Fetched) -> tuple[str, ...]:
    """The names of the fields somebody types into."""
    return tuple(dict.fromkeys(re.findall(r'<(?:input|textarea) id="in-([a-z-]+)"', page.text)))
