"""Takes a form: checked, claimed once, and handed to its room, in one transaction of the place where it will rest.

Whoever the sender is, known, unknown or suppressed, the same is done and the same is answered.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.db import DEFAULT_DB_ALIAS, Error, transaction

from zweck import doors
from zweck.consent import acts as consent
from zweck.consent.errors import NotRecorded
from zweck.origin.values import Origin
from zweck.places import acts as places
from zweck.site.forms import pace, sent, slip, step
from zweck.site.forms.checking import check, chosen, filled
from zweck.site.forms.page import PLACE, TRAP, State, offered
from zweck.site.forms.told import LAYER, told
from zweck.site.frame import Look
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, BadValue, KeyTrouble, NoPlace, NotPermitted, PaymentData
from zweck.vault.values import Submission

log = logging.getLogger(__name__)

# Why a form was not taken, and what the answer's status is. "review": it came without a slip of ours, so that nobody
# knows what its sender has read. "changed": what stood beside it no longer does.
Trouble = Literal["", "review", "changed", "wrong", "slow", "away", "unread", "elsewhere"]
STATUS: Mapping[str, int] = {
    "": 200,
    "review": 200,
    "changed": 409,
    "wrong": 422,
    "slow": 429,
    "away": 503,
    "unread": 400,
    "elsewhere": 403,
}


@dataclass(frozen=True, slots=True, repr=False)
class Sending:
    """What was sent, and from where. `sender`: the front's keyed number; empty where it has none."""

    fields: Mapping[str, str]
    origin: Origin
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: `state` shows the form again; None: it was taken."""

    state: State | None = None
    trouble: Trouble = ""

    @property
    def status(self) -> int:
        """The status of the answer."""
        return STATUS[self.trouble]


@dataclass(frozen=True, slots=True, repr=False)
class _Fit:
    """A form that can be taken, as far as can be told by looking at it."""

    data: Mapping[str, str]
    choices: Mapping[str, str]
    number: bytes
    sha256: str
    used: bytes = b""  # the step that let it through


def take(look: Look, sending: Sending) -> Outcome:
    """Take what was sent, or say why not."""
    edition, id_, language = look.edition, look.here.rest, look.here.language
    said, offers = told(edition, id_, language), offered(edition, id_, language, sending.origin)
    checked = check(said.inputs, sending.fields, look.words)
    state = State(filled(said.inputs, sending.fields, checked.wrong), filled(offers, sending.fields, {}))
    came = slip.read(edition.site, sending.fields.get("slip", ""), look.now)
    if came is None or (came.form, came.language, came.sha256) != (id_, language, said.sha256):
        trouble: Trouble = "changed" if sending.fields.get("slip") else "review"
        return Outcome(replace(state, trouble=trouble), trouble)
    if checked.wrong:
        return Outcome(state, "wrong")
    fit = _Fit(checked.data, chosen(offers, sending.fields), came.number, said.sha256)
    used = _let_through(look, sending)
    if used is None:
        return _slowed(look, state)
    return _write(look, sending, state, replace(fit, used=used))


def _let_through(look: Look, sending: Sending) -> bytes | None:
    """The step that was taken, empty where none was needed; None where one still is."""
    site, id_ = look.edition.site, look.here.rest
    is_hurried = pace.is_hurried(site, id_, sending.sender, look.now.timestamp())
    if not (is_hurried or sending.fields.get(TRAP)):
        return b""
    word, solution = sending.fields.get("step", ""), sending.fields.get("altcha", "")
    return step.passed(site, id_, word, solution, look.now)


@contextmanager
def _step_taken(used: bytes, now: datetime) -> Iterator[bool]:
    """Whether a step is used for the first time. It stays used if what follows is written.

    Noted in the default database, wherever the data go: what was noted beside them would count once in each place.
    """
    if not used:
        yield True
        return
    with transaction.atomic():
        yield sent.claim(used, now, DEFAULT_DB_ALIAS)


def _slowed(look: Look, state: State) -> Outcome:
    asked = step.new(look.edition.site, look.here.rest, look.now)
    return Outcome(replace(state, trouble="slow", step=asked), "slow")


def _write(look: Look, sending: Sending, state: State, fit: _Fit) -> Outcome:
    """One transaction; a failure leaves nothing behind, and what was typed stands in the form."""
    try:
        if not _written(look, sending, fit):
            return _slowed(look, state)
    except (BadAddress, BadValue, PaymentData) as refused:
        kind = {PaymentData: "payment", BadAddress: "email"}.get(type(refused), "text")
        # The vault's message begins with the field, and names nothing else.
        named = "email" if kind == "email" else str(refused).partition(":")[0]
        text = look.words.say(f"page.form.wrong.{kind}")
        inputs = tuple(replace(one, wrong=text) if one.name == named else one for one in state.inputs)
        return Outcome(replace(state, inputs=inputs), "wrong")
    except (NoPlace, KeyTrouble, NotPermitted, NotRecorded, Error) as lost:
        log.error("a form was not taken: %s", type(lost).__name__)
        return Outcome(replace(state, trouble="away"), "away")
    return Outcome()


def _written(look: Look, sending: Sending, fit: _Fit) -> bool:
    """Whether it counts now, or did before; False for a step that was used up already."""
    edition, id_ = look.edition, look.here.rest
    form, choices = edition.policy.forms[id_], dict(fit.choices)
    allowed = edition.policy.purposes[form.purpose].places
    wanted = choices.pop(PLACE, "")
    place = wanted if wanted in allowed else next(iter(allowed), "")
    said = told(edition, id_, look.here.language)
    text = consent.archive(edition, look.here.language, LAYER, said.lines)
    using = vault.database_of(place)
    if place in places.down():  # known within a second; to ask the database itself may take as long as it pleases
        raise NoPlace(f"{place}: its database does not answer at the moment")
    key = sent.key_of(fit.number, {**fit.data, **{f"{name}?": value for name, value in fit.choices.items()}})
    with _step_taken(fit.used, look.now) as is_first, transaction.atomic(using=using):
        if not sent.claim(key, look.now, using):
            return True
        if not is_first:
            transaction.set_rollback(True, using=using)
            return False
        doors.takers[str(form.kind)](
            Submission(
                site=edition.site,
                edition=edition,
                form=id_,
                purpose=form.purpose,
                language=look.here.language,
                data=fit.data,
                text_sha256=text,
                place=place,
                origin=sending.origin,
                now=look.now,
                choices=choices,
            )
        )
    return True
