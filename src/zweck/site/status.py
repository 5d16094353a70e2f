"""Whether this device is measured, in words, and the controls that the statement names, as working forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from zweck.consent import acts as consent
from zweck.consent.values import Visitor
from zweck.measure import acts as measure
from zweck.measure.values import Because
from zweck.policy.model import Policy
from zweck.policy.reading.choices import answerable
from zweck.policy.texts import say
from zweck.site.frame import Look, change_label
from zweck.site.guests import last_day

ENDPOINT = "/z/choice"


@dataclass(frozen=True, slots=True)
class Told:
    """The live status in words, and the control beside it. `action`: empty where there is nothing to press."""

    text: str
    measured: bool
    because: Because
    action: str = ""
    control: str = ""


def told(look: Look, visitor: Visitor, path: str = "") -> Told:
    """How the measurement stands for a visitor, on one path or on the whole site."""
    policy = look.edition.policy
    found = measure.status(policy, visitor, path, look.now)
    text = status_text(look, found.measured, found.because, last_day(found.until))
    if not can_opt_out(policy):
        return Told(text, found.measured, found.because)
    if is_out(found.because):
        return Told(text, found.measured, found.because, "opt-in", look.words.say("page.choices.opt_in"))
    control = policy.controls.opt_out
    label = say(control.labelled, look.here.language) if control else look.words.say("page.choices.opt_out")
    return Told(text, found.measured, found.because, "opt-out", label)


def status_text(look: Look, measured: bool, because: Because, until: date | None) -> str:
    """The live status as one or two sentences."""
    texts = look.words
    why = texts.say(f"page.status.why.{because}")
    said = texts.say("page.status.measured" if measured else "page.status.unmeasured", why=why)
    if until is None:
        return said
    key = "page.status.ended" if because == "expired" else "page.status.until"
    return f"{said} {texts.say(key, day=texts.date(until))}"


def can_opt_out(policy: Policy) -> bool:
    """Whether there is a measurement of our own that a device can be taken out of."""
    measurement = policy.systems.measurement
    return measurement is not None and measurement.provider is None and bool(measurement.opt_out_days)


def is_out(because: Because) -> bool:
    """Whether only a press of ours ends the opt-out again."""
    return because == "out"


def controls(look: Look) -> Mapping[str, str]:
    """What stands below a sentence of the statement, by the sentence's promise: the control it names, or the status."""
    policy, guest, language = look.edition.policy, look.guest, look.here.language
    if look.is_staff:
        return {}
    below: dict[str, str] = {}
    if policy.controls.change:
        below["consent.change-control"] = opener(look, change_label(look))
    presses: dict[str, tuple[str, str]] = {}
    if policy.controls.reset:
        presses["consent.reset-control"] = ("reset", say(policy.controls.reset.labelled, language))
    if policy.controls.opt_out and can_opt_out(policy):
        if is_out(guest.because):
            # Measuring again is a yes, and a yes is given only where the question stands.
            below["measurement.opt-out"] = opener(look, look.words.say("page.choices.opt_in"))
        else:
            presses["measurement.opt-out"] = ("opt-out", say(policy.controls.opt_out.labelled, language))
    if presses and answerable(policy):
        token = consent.question(look.edition, language, "choices", look.now).token
        for promise, (action, label) in presses.items():
            below[promise] = press(token, action, label, f"{look.to('statement')}#{promise}")
    if policy.systems.measurement and policy.systems.measurement.opt_out_status == "live":
        said = status_text(look, guest.measured, guest.because, guest.until)
        below["measurement.opt-out-status"] = f'<output class="live">{escape(said)}</output>'
    return below


def opener(look: Look, label: str) -> str:
    """One button that opens the page of all choices."""
    return f'<form class="do" action="{escape(look.to("choices"))}"><button>{escape(label)}</button></form>'


def press(token: str, action: str, label: str, back: str) -> str:
    """One button that sends one choice."""
    return (
        f'<form class="do" method="post" action="{ENDPOINT}"><input type="hidden" name="token" value="{escape(token)}">'
        f'<input type="hidden" name="back" value="{escape(back)}">'
        f'<button name="action" value="{escape(action)}">{escape(label)}</button></form>'
    )
