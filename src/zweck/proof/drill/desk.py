"""A member of staff of a drill: an account of its own, and a campaign written and watched on the staff pages."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from zweck.policy.model import Policy
from zweck.promises.values import CouldNotLook
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.instance import command
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage
from zweck.proof.pages import Fetched

WITHIN_SECONDS = 40.0
_LOOK_SECONDS = 0.3
_STATE = re.compile(r'class="state ([a-z]+)"')
_MAILING = "/staff/mailing"


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who is logged in and may use one list."""

    person: Person
    purpose: str

    def press(self, page: Fetched, wanted: tuple[str, str], more: Mapping[str, str] | None = None) -> Fetched:
        """Press the button with this name and value, its form filled in. Raises CouldNotLook where there is none."""
        found = next((one for one in buttons_of(page.text) if wanted in one.fields), None)
        if found is None:
            raise CouldNotLook(f"{page.path}: there is no button {wanted[1]}")
        return self.person.press(page, _filled(found, more or {}))

    def schedule(self, policy: Policy, subject: str, at: str) -> str:
        """Write a campaign and schedule it; gives where it can be watched. Raises CouldNotLook."""
        draft = self.press(self.person.get(_MAILING), ("purpose", self.purpose))
        texts = {f"subject-{one}": subject for one in policy.languages}
        texts |= {f"text-{one}": f"# {subject}\n\n[{subject}](/)" for one in policy.languages}
        answer = self.press(draft, ("do", "save"), texts | {"do": "schedule", "at": at})
        if answer.status != 200 or _state(answer) not in ("scheduled", "sending", "done"):
            raise CouldNotLook(f"{draft.path}: the campaign was not scheduled ({answer.status})")
        return draft.path

    def wait(self, path: str) -> None:
        """Until a campaign is sent. Raises CouldNotLook when that takes too long."""
        until = time.monotonic() + WITHIN_SECONDS
        while _state(self.person.get(path)) != "done":
            if time.monotonic() > until:
                raise CouldNotLook(f"{path}: the campaign was not sent within {WITHIN_SECONDS:.0f} seconds")
            time.sleep(_LOOK_SECONDS)

    def take_off(self, address: str) -> int:
        """Take an address off every list; the status of the answer. Raises CouldNotLook."""
        page = self.person.get(f"{_MAILING}/lists/{self.purpose}")
        return self.press(page, ("do", "take-off-all"), {"address": address}).status

    def test(self, policy: Policy, address: str) -> int:
        """Send a test of a new draft to an address; the status of the answer. Raises CouldNotLook."""
        draft = self.press(self.person.get(_MAILING), ("purpose", self.purpose))
        texts = {f"{name}-{one}": "Test" for one in policy.languages for name in ("subject", "text")}
        return self.press(draft, ("do", "save"), texts | {"do": "test", "address": address}).status


def desk(stage: Stage, purpose: str) -> Desk:
    """A new account that may use a list, logged in. Raises CouldNotLook."""
    name, password = f"drill-{secrets.token_hex(4)}", secrets.token_hex(16)
    command(stage.folder, "staff", "add", name, "--purpose", purpose, "--password-stdin", given=f"{password}\n")
    person = Person(stage.url)
    page = person.get("/staff/log-in")
    button = next((one for one in buttons_of(page.text) if any(key == "password" for key, _ in one.fields)), None)
    if button is None:
        raise CouldNotLook("the staff area has no log-in")
    answer = person.press(page, _filled(button, {"name": name, "password": password}))
    if answer.status != 200:
        raise CouldNotLook(f"the log-in was not taken ({answer.status})")
    return Desk(person, purpose)


def _filled(button: Button, more: Mapping[str, str]) -> Button:
    return replace(button, fields=tuple((dict(button.fields) | dict(more)).items()))


def _state(page: Fetched) -> str:
    found = _STATE.search(page.text)
    return found[1] if found else ""
