"""consent.lasts: a yes and a no count equally long; the day before their end they still do, the day after neither."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from zweck.consent import acts as consent
from zweck.policy.reading.choices import ANSWER_DAYS
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import answer, pages_on
from zweck.proof.drill.cookie import COOKIE, dated, visitor_of
from zweck.proof.drill.person import Person, in_days
from zweck.proof.drill.stage import planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched

_ENOUGH = 6
_DAY = timedelta(days=1)
_MAX_AGE = re.compile(r"Max-Age=\d+")


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """The cookies that a yes and a no leave on a device, read at the day before their end and at the day after."""
    asked = target.policy.needing_consent()
    if not asked:
        raise CouldNotLook("nothing is asked, so no answer could end")
    trouble = tuple(islice(_wrongs(target, asked, clock.now()), _ENOUGH))
    figures: dict[str, Figure] = {"days": ANSWER_DAYS, "purposes": list(asked)}
    return Finding(
        not trouble, "the cookies of both answers on a scratch instance, read at later days", figures, trouble
    )


def _wrongs(target: Target, asked: tuple[str, ...], now: datetime) -> Iterator[str]:
    stage = stage_of(target)
    for action, ground in (("accept", "yes"), ("refuse", "no")):
        person = Person(stage.url)
        answer(person, pages_on(stage).one("home"), action)
        for purpose in asked:
            yield from (
                f"{ground} to {purpose}: {wrong}" for wrong in _ends_wrongly(target, person, purpose, ground, now)
            )
        ends_at = person.jar[COOKIE].ends_at if COOKIE in person.jar else None
        if ends_at is None or in_days(ends_at) < ANSWER_DAYS:
            yield f"{ground}: the browser drops the cookie before the answer ends"


def _ends_wrongly(target: Target, person: Person, purpose: str, ground: str, now: datetime) -> Iterator[str]:
    policy, visitor = target.policy, visitor_of(target.policy, person)
    permit = consent.permit(policy, visitor, purpose, now)
    if permit.ground != ground or permit.until is None:
        yield f"does not count ({permit.ground})"
        return
    # The day of the answer itself is not counted, so that the end may lie one day further.
    if not timedelta(days=ANSWER_DAYS) <= permit.until - now <= timedelta(days=ANSWER_DAYS + 1):
        yield f"ends after {(permit.until - now).days} days, {ANSWER_DAYS} were promised"
    if consent.permit(policy, visitor, purpose, permit.until - _DAY).ground != ground:
        yield "does not count any more on the day before its end"
    after = consent.permit(policy, visitor, purpose, permit.until + _DAY)
    if after.allows or purpose not in consent.asks(policy, visitor, permit.until + _DAY):
        yield "still counts on the day after its end"


def _sooner(_asked: Asked, answered: Fetched) -> Fetched:
    """A refusal that is forgotten after a month."""

    def forgotten(value: str) -> str:
        name, _, rest = value.partition("=")
        choice, _, attributes = rest.partition(";")
        if name != COOKIE or not any(part[3:4] == "n" for part in choice.split(".")[2:]):
            return value
        return f"{name}={dated(choice, datetime.now(UTC) + timedelta(days=30))};{attributes}"

    return _with_cookies(answered, forgotten)


def _dropped(_asked: Asked, answered: Fetched) -> Fetched:
    """Answers that browsers forget after a week."""
    return _with_cookies(answered, lambda value: _MAX_AGE.sub("Max-Age=604800", value))


def _with_cookies(answered: Fetched, change: Callable[[str], str]) -> Fetched:
    headers = tuple((name, change(value) if name == "set-cookie" else value) for name, value in answered.headers)
    return replace(answered, headers=headers)


PROOF = Proof(
    "consent.lasts",
    check,
    planted(reply=_sooner),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_dropped),),
)
