"""What a form tells before it is sent: the fields, what each is for, and what will become of the data. Pure text.

All of it is archived under its hash, so that it can be shown later what somebody read who sent the form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from zweck.consent import acts as consent
from zweck.doors import Input, InputKind
from zweck.editions.values import Edition
from zweck.policy.model import Asked, Form, Policy, Purpose
from zweck.policy.pen import Pen
from zweck.policy.sections.purposes import basis_of
from zweck.policy.texts import say
from zweck.policy.words import words
from zweck.site import facts

LAYER = "form"  # what the archive calls a text beside a form
LINE, LINES = 200, 4000  # most characters, unless the policy says otherwise
ADDRESS = 254  # the longest address a mail can go to (RFC 5321, section 4.5.3.1.3)
# What a browser may fill in for a datum of this name (HTML's list of tokens).
FILLS: Mapping[str, str] = {
    "name": "name",
    "given-name": "given-name",
    "family-name": "family-name",
    "email": "email",
    "phone": "tel",
    "organisation": "organization",
    "organization": "organization",
    "company": "organization",
    "city": "address-level2",
    "postcode": "postal-code",
    "country": "country-name",
}
NOT_FILLED = "off"
KINDS: Mapping[str, InputKind] = {"email": "email", "phone": "phone", "message": "lines"}
PLAIN = Asked()


@dataclass(frozen=True, slots=True)
class Told:
    """A form as one language tells it. `lines`: all that is read before it is sent, in order, as it is archived.

    `only`: the purpose in a sentence, above the fields. `facts`: label and lines, beside them. `agrees`: what sending
    means, right above the button; empty where nobody's consent is taken.
    """

    title: str
    intro: str
    only: str
    inputs: tuple[Input, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    agrees: tuple[str, ...]
    button: str
    lines: tuple[str, ...]
    sha256: str


@lru_cache(maxsize=128)
def told(edition: Edition, id_: str, language: str) -> Told:
    """What a served form of an edition tells in one language."""
    policy = edition.policy
    form, pen = policy.forms[id_], Pen(policy, words(language))
    purpose = policy.purposes[form.purpose]
    title, intro = pen.text(form.name), pen.text(form.intro) if form.intro else ""
    only = pen.words.say("page.form.only", purpose=pen.text(purpose.name))
    inputs = tuple(_input(datum, form, policy, language) for datum in form.all_asked)
    listed = tuple(_facts(form, pen))
    agrees = _agrees(form, purpose, pen)
    read = (title, intro, only, *_fields(inputs, pen), *_facts_in_lines(listed), *agrees, title)
    lines = tuple(filter(None, read))
    sha256 = consent.hash_of(edition, language, LAYER, lines)
    return Told(title, intro, only, inputs, listed, agrees, title, lines, sha256)


def _input(datum: str, form: Form, policy: Policy, language: str) -> Input:
    asked = form.fields.get(datum, PLAIN)
    name = say(policy.data[datum].name, language)
    kind = asked.input or _kind(datum)
    return Input(
        name=datum,
        label=say(asked.label, language) if asked.label else name[:1].upper() + name[1:],
        kind=kind,
        why=say(asked.why, language) if asked.why else "",
        must=form.must_be_given(datum),
        longest=asked.longest or {"email": ADDRESS, "lines": LINES}.get(kind, LINE),
        fills=FILLS.get(datum, "email" if kind == "email" else NOT_FILLED),
    )


def _kind(datum: str) -> InputKind:
    return KINDS.get(datum, "line")


def _facts(form: Form, pen: Pen) -> Iterator[tuple[str, tuple[str, ...]]]:
    policy, purpose, tell = pen.policy, pen.policy.purposes[form.purpose], pen.words.say
    if purpose.basis:
        yield tell("page.form.basis"), (basis_of(purpose, pen),)
    if purpose.interest:
        yield tell("page.form.interest"), (pen.text(purpose.interest),)
    if lasting := tuple(_lasting(policy, form.purpose, pen)):
        yield tell("page.form.period"), lasting
    if purpose.places:
        yield tell("page.form.place"), (pen.words.choice(pen.text(policy.places[one].name) for one in purpose.places),)
    receiving = tuple(facts.recipient(policy.recipients[one], policy, pen) for one in purpose.recipients)
    yield tell("page.form.recipients"), receiving or (tell("page.form.nobody"),)
    if purpose.consequence:
        yield tell("page.form.without"), (pen.text(purpose.consequence),)


def _lasting(policy: Policy, id_: str, pen: Pen) -> Iterator[str]:
    """How long the data stay, a line for each period that the policy names for the purpose."""
    record = policy.purposes[id_].retention
    for rule in policy.retention:
        if id_ not in rule.purposes and (rule.purposes or rule.record != record):
            continue
        n, unit = (rule.days, "days") if rule.years is None else (rule.years, "years")
        duration = pen.words.duration(n or 0, "days" if unit == "days" else "years")
        yield (
            pen.words.say("page.form.lasts", duration=duration, starts=pen.text(rule.starts))
            if rule.starts
            else duration
        )


def _agrees(form: Form, purpose: Purpose, pen: Pen) -> tuple[str, ...]:
    """The words of a consent; it is given by sending the form, so they stand right above the button."""
    if purpose.basis != "consent":
        return ()
    data = pen.data(list(form.all_asked))
    given = pen.words.say("page.form.agree", button=pen.text(form.name), data=data, purpose=pen.text(purpose.name))
    later = pen.words.say("page.form.revoke", contact=pen.policy.controller.contact)
    confirmed = (pen.words.say("page.form.confirm"),) if form.kind == "newsletter" else ()
    return (given, *confirmed, later)


def _fields(inputs: tuple[Input, ...], pen: Pen) -> Iterator[str]:
    for one in inputs:
        need = pen.words.say("page.form.must" if one.must else "page.form.may")
        yield " ".join(filter(None, (one.label, need, one.why)))


def _facts_in_lines(listed: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    return (f"{label}: {' '.join(lines)}" for label, lines in listed)
