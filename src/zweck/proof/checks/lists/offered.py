"""purpose.new-asks: nobody's data serve a new purpose before that person has said yes to it.

On a scratch instance of its own, since a new policy comes into force there: three people are known for the marketing
list when a purpose is added that is offered to them. One says yes, one no, one nothing.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.lists.journey import scan
from zweck.proof.drill import sql
from zweck.proof.drill.instance import Drill, command
from zweck.proof.drill.mails import WITHIN_SECONDS, Mail, fill_in, follow, mails_to, pressed, waited_for
from zweck.proof.drill.stage import Stage, stage_of
from zweck.proof.drill.through import Ask, Asked, as_asked, through

_VARIANT = "variant of the offer"
_NEW, _UNOFFERED = "planted-purpose", "planted-beside"
_NAMES = {_NEW: "A planted purpose", _UNOFFERED: "Another one, offered to nobody"}
_LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Offered:
    """What came of it for three people: how many were asked, and how many permissions each step added.

    `before`: how many there were before anybody had answered.
    """

    asked: int
    before: int
    by_looks: int = 0
    by_yes: int = 0
    by_no: int = 0


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Everybody known was asked; only a pressed yes made a permission; a no stayed a no."""
    stage, variant = stage_of(target), str(target.place.get(_VARIANT, ""))
    told = stage.once("offer", lambda: _go(target, stage))[variant]
    trouble = []
    if told.asked != 3:
        trouble.append(f"{told.asked} of 3 people were asked before their data could serve a new purpose")
    if told.before:
        trouble.append("there were permissions for the new purpose before anybody had answered")
    if told.by_looks:
        trouble.append("a look at the question was taken for a yes")
    if told.asked == 3 and told.by_yes != 1:
        trouble.append("a yes makes no permission")
    if told.by_no:
        trouble.append("a no is not a no")
    figures: dict[str, Figure] = {"asked": told.asked, "permitted": told.by_yes}
    seen = "a purpose added on a scratch instance of its own; three people asked: a yes, a no, and silence"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _go(target: Target, stage: Stage) -> dict[str, Offered]:
    """All variants on one instance: three people for each, who have their answers carried by a relay of its own."""
    policy, source = target.policy, (stage.folder / "policy.toml").read_text("utf-8")
    if policy.systems.mail is None or policy.systems.mail.marketing is None:
        raise CouldNotLook("the policy declares no list whose people could be asked")
    plain = Target(policy, target.base_url, target.origin, {})
    with Drill(source.encode()) as drill, through(drill.url) as plain_url:
        own = Stage(plain_url, drill.folder, drill.database, drill.databases)
        people = {name: [f"{secrets.token_hex(8)}@example.org" for _ in range(3)] for name in _VARIANTS}
        everybody = [one for some in people.values() for one in some]
        for one in everybody:
            fill_in(policy, own, "newsletter", {"email": one})
        for one in everybody:
            _confirm(plain, own, one)
        last = mails_to(plain, own)[-1].number
        _add(policy, own, source, policy.systems.mail.marketing)
        told: dict[str, Offered] = {}
        for name, (ask, purpose) in _VARIANTS.items():
            # What the variants before have permitted is no fault of this one.
            made = sum(one.by_looks + one.by_yes + one.by_no for one in told.values()) if purpose == _NEW else 0
            with through(own.url, ask) as url:
                told[name] = _answered(plain, replace(own, url=url), purpose, people[name], (last, made))
        return told


def _confirm(target: Target, stage: Stage, address: str) -> None:
    mails = waited_for(target, stage, address)
    if not mails:
        raise CouldNotLook("no mail asked for a confirmation")
    person, page = follow(stage, mails[0], "confirm")
    pressed(person, page, "confirm")


def _add(policy: Policy, stage: Stage, source: str, marketing: str) -> None:
    """Put a policy with two more purposes into force, one of which is offered to the people of the list."""
    places = ", ".join(f'"{place}"' for place in policy.purposes[marketing].places)
    more = "".join(
        f'\n[purposes.{id_}]\nname = "{name}"\nbasis = "consent"\ndata = ["email"]\nmandatory = false\n'
        f'opt_in = "double"\nplaces = [{places}]\n' + (f'offered_to = ["{marketing}"]\n' if id_ == _NEW else "")
        for id_, name in _NAMES.items()
    )
    (stage.folder / "next.toml").write_text(source + more, "utf-8")
    command(stage.folder, "activate", "next.toml", "--yes")


def _answered(target: Target, stage: Stage, purpose: str, people: list[str], since: tuple[int, int]) -> Offered:
    """`since`: the number of the last mail, and the permissions there are, before anybody here has answered."""
    last, made = since
    patience = WITHIN_SECONDS if purpose == _NEW else 0.0
    mails = [mail for one in people for mail in _questions(target, stage, (one, purpose), last, patience)]
    before = _permitted(stage, purpose)
    if len(mails) != len(people):
        return Offered(len(mails), before - made)
    yes, no, silent = mails
    scan(stage, silent)
    after_looks = _permitted(stage, purpose)
    _press(stage, yes, "yes")
    after_yes = _permitted(stage, purpose)
    # Whoever has said no finds no yes on the page any more; a program may still send one.
    _press(stage, no, "no")
    _press(stage, no, "yes")
    return Offered(
        3, before - made, after_looks - before, after_yes - after_looks, _permitted(stage, purpose) - after_yes
    )


def _questions(target: Target, stage: Stage, whose: tuple[str, str], last: int, patience: float) -> tuple[Mail, ...]:
    """The mail that asks somebody about a purpose."""
    address, purpose = whose
    until = time.monotonic() + patience
    while True:
        found = mails_to(target, stage, address, last)
        asked = tuple(mail for mail in found if _NAMES[purpose] in str(mail.message["Subject"]))
        if asked or time.monotonic() > until:
            return asked[:1]
        time.sleep(_LOOK_SECONDS)


def _press(stage: Stage, mail: Mail, action: str) -> None:
    person, page = follow(stage, mail, "answer")
    button = person.press_first(page, action=action)
    if button is None:
        # As if the page were still the old one.
        person.post(page.path, {"action": action})


def _permitted(stage: Stage, purpose: str) -> int:
    """How many permissions there are for a purpose, in every place."""
    return sum(sql.permitted(file, purpose) for file in stage.databases.values())


def _looks_act(asked: Asked) -> Asked:
    """A service on which a program's look ahead at the question is taken for a yes."""
    if asked.header("purpose") == "prefetch" and asked.path.startswith("/z/answer/"):
        form = (("content-type", "application/x-www-form-urlencoded"),)
        return Asked("POST", asked.path, (*asked.headers, *form), b"action=yes")
    return asked


def _no_is_yes(asked: Asked) -> Asked:
    """A service that takes a no for a yes."""
    return replace(asked, body=asked.body.replace(b"action=no", b"action=yes")) if "/z/answer/" in asked.path else asked


_VARIANTS: dict[str, tuple[Ask, str]] = {
    "": (as_asked, _NEW),
    "nobody is asked": (as_asked, _UNOFFERED),
    "looks act": (_looks_act, _NEW),
    "a no is a yes": (_no_is_yes, _NEW),
}


def _variant(name: str) -> Plant:
    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        yield replace(target, place={**target.place, _VARIANT: name})

    return plant


PROOF = Proof(
    "purpose.new-asks",
    check,
    _variant("nobody is asked"),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(_variant("looks act"), _variant("a no is a yes")),
)
