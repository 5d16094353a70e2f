"""The question on a page, and how a visitor answers it: what proofs know of our own pages' markup."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zweck.policy.model import Policy
from zweck.policy.texts import say
from zweck.promises.values import CouldNotLook
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage
from zweck.proof.pages import Fetched, Listed, Pages

ENDPOINT = "/z/choice"
CHOICES = "choices"
# The region that asks; innermost, so that no other section of the page is taken for a part of it.
_REGION = re.compile(r"<section\b(?:(?!<section\b|</section>).)*?/z/choice(?:(?!<section\b).)*?</section>", re.DOTALL)
_LIVE = re.compile(r'<(p|output) class="(?:live|signal)"[^>]*>.*?</\1>', re.DOTALL)
_FORM = re.compile(r"<form\b[^>]*/z/choice.*?</form>", re.DOTALL)
_PICKED = re.compile(r'name="purpose-([^"]+)"')


@dataclass(frozen=True, slots=True)
class Where:
    """The pages of a stage, by kind and language."""

    pages: tuple[Listed, ...]

    def of(self, template: str) -> Mapping[str, str]:
        """The paths of one kind, by language. Raises CouldNotLook where there is none."""
        found = {page.language: page.path for page in self.pages if page.template == template}
        if not found:
            raise CouldNotLook(f"the site lists no page of the kind {template}")
        return found

    def one(self, template: str) -> str:
        """The path of one kind in the site's first language. Raises CouldNotLook."""
        return next(iter(self.of(template).values()))


def pages_on(stage: Stage) -> Where:
    """What the stage says it has. Raises CouldNotLook."""
    return stage.once("pages", lambda: Where(Pages(stage.url).listed()))


def is_asked(text: str) -> bool:
    """Whether a page puts the question, so that it can be answered in place."""
    return {"accept", "refuse"} <= {action for button in buttons_of(region(text)) for action in _actions(button)}


def region(text: str) -> str:
    """The markup of the part of a page that asks; empty where nothing does."""
    found = _REGION.search(text)
    return found[0] if found else ""


def without_question(text: str) -> str:
    """A page without its question, its live status, and the forms of choices, whose tokens differ each time."""
    return _FORM.sub("", _LIVE.sub("", _REGION.sub("", text)))


def live_texts(text: str) -> tuple[str, ...]:
    """The live status lines of a page, as markup."""
    return tuple(found[0] for found in _LIVE.finditer(text))


def picked(text: str) -> set[str]:
    """The purposes that the page of all choices lets answer one by one."""
    return set(_PICKED.findall(text))


def button_for(text: str, action: str) -> Button | None:
    """The first button that makes a choice; None where there is none."""
    return next((button for button in buttons_of(text) if action in _actions(button)), None)


def labelled(text: str, label: str) -> Button | None:
    """The first button of that name; None where there is none."""
    return next((button for button in buttons_of(text) if button.text == label), None)


def answer(person: Person, path: str, action: str) -> Fetched:
    """Make a choice on a page. Raises CouldNotLook where it offers none, or refuses it."""
    page = person.get(path)
    button = button_for(page.text, action)
    if button is None:
        raise CouldNotLook(f"{path} offers no way to {action}")
    answered = person.submit(page, button)
    if answered.status not in (200, 303):
        raise CouldNotLook(f"the choice to {action} was answered {answered.status}")
    return answered


def labels(policy: Policy, control: str) -> Mapping[str, str]:
    """What a control is called on the pages, by language. Raises CouldNotLook where the policy has none."""
    declared = getattr(policy.controls, control)
    if declared is None:
        raise CouldNotLook(f"the policy declares no such control: {control}")
    return {language: say(declared.labelled, language) for language in policy.languages}


def _actions(button: Button) -> Iterator[str]:
    if button.action.endswith(ENDPOINT) and button.method == "post":
        yield from (value for name, value in button.fields if name == "action")
