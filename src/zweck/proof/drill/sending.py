"""The declared forms, filled in and sent on a drill as a visitor without scripts does."""

import secrets
from collections.abc import Mapping
from dataclasses import replace

from zweck.policy.model import Form, Policy
from zweck.policy.reading.forms import path_of, served
from zweck.promises.values import CouldNotLook
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage
from zweck.proof.pages import Fetched

EMAIL = "email"


def canary(word: str = "canary") -> str:
    """An address that nobody has and that is found nowhere else."""
    return f"{word}-{secrets.token_hex(6)}@example.org"


def stranger(stage: Stage) -> Person:
    """Somebody from a network of their own: how often one sender may send is no matter to a proof."""
    return Person(stage.url, {"x-forwarded-for": f"198.51.100.{secrets.randbelow(250) + 1}"})


def asking_for_mail(policy: Policy) -> tuple[str, ...]:
    """The forms we serve that ask for an address, by id."""
    return tuple(name for name, form in served(policy).items() if EMAIL in form.all_asked)


def send_form(person: Person, policy: Policy, name: str, says: Mapping[str, str]) -> Fetched:
    """Fill a form in as a visitor does and send it; what is asked for and not said is made up. Raises CouldNotLook."""
    form, path = policy.forms[name], path_of(policy, name, policy.languages[0])
    page = person.get(path)
    button = next((one for one in buttons_of(page.text) if {*form.asks} & {field for field, _ in one.fields}), None)
    if button is None:
        raise CouldNotLook(f"{path} shows no form that asks for what is declared")
    return person.press(page, _filled(button, form, says))


def _filled(button: Button, form: Form, says: Mapping[str, str]) -> Button:
    made_up = {datum: canary() if datum == EMAIL else "Canary" for datum in form.all_asked}
    kept = tuple((field, value) for field, value in button.fields if field not in made_up)
    return replace(button, fields=(*kept, *{**made_up, **says}.items()))
