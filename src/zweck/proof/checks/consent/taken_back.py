"""consent.new-choice: a withdrawal counts at once, on the device, in what is sent, and for what comes late."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from zweck.consent import acts as consent
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import CHOICES, answer, pages_on
from zweck.proof.drill.cookie import STRAY, visitor_of
from zweck.proof.drill.hits import Told, hit
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched
from zweck.proof.walks import went

# What was taken back is remembered by every process, which looks each second.
_PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.25
_HIT = "/z/hit"
_BEACON = f'<script>navigator.sendBeacon("{_HIT}", "{{}}")</script></body>'


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """Accept, let something be stored, take it back: the jar, the next hit, an old hit replayed, and a browser."""
    trouble = next(_wrongs(target, clock.now()), "")
    figures: dict[str, Figure] = {"cookies_declared": len(_optional_cookies(target))}
    if not trouble:
        figures["browser"] = went(target, "withdrawn").browser
    seen = "a consent taken back on a scratch instance: jar, events, an old report replayed, a browser's requests"
    return Finding(not trouble, seen, figures, (trouble,) if trouble else ())


def _wrongs(target: Target, now: datetime) -> Iterator[str]:
    stage = stage_of(target)
    where = pages_on(stage)
    home, choices = where.one("home"), where.one(CHOICES)
    person = Person(stage.url)
    answer(person, home, "accept")
    old = Person(stage.url, jar=dict(person.jar))
    lying = (*_optional_cookies(target), STRAY)
    for name in lying:
        person.plant(name)
    answer(person, choices, "refuse")
    for name in lying:
        if name in person.names:
            yield f"the cookie {name} is still on the device"
    visitor = visitor_of(target.policy, person)
    for purpose in target.policy.needing_consent():
        if consent.permit(target.policy, visitor, purpose, now).ground != "no":
            yield f"the choice on the device does not say no to {purpose}"
    if target.policy.systems.measurement:
        yield from _late(stage, person, old, home)
    yield from _still_sends(target)


def _late(stage: Stage, person: Person, old: Person, home: str) -> Iterator[str]:
    told = hit(stage, person, home)
    if told.is_measured:
        yield f"a view after the withdrawal is measured ({_said(told)})"
    until = time.monotonic() + _PATIENCE_SECONDS
    told = hit(stage, old, home)
    while told.is_measured and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        told = hit(stage, old, home)
    if told.is_measured or "withdrawn" not in told.says:
        yield f"an old report, replayed with the old cookie, is not refused as withdrawn ({_said(told)})"


def _said(told: Told) -> str:
    return f"answer: {told.says or told.status}, events: {told.events}"


def _still_sends(target: Target) -> Iterator[str]:
    """What a browser asks for on pages that it opens after the withdrawal."""
    for visit in went(target, "withdrawn").visits:
        sent = [request for request in visit.requests if urlsplit(request.url).path == _HIT]
        if sent:
            yield f"{urlsplit(visit.url).path}: a browser still reports its views after the withdrawal"


def _optional_cookies(target: Target) -> tuple[str, ...]:
    """Names as they might lie in a jar, one for each optional cookie of the table."""
    asked = target.policy.needing_consent()
    entries = target.policy.technologies.values()
    found = (t.name for t in entries if t.kind == "cookie" and not t.essential and t.purpose in asked)
    return tuple(name.replace("*", "X") for name in found)


def _unset(asked: Asked, answer: Fetched) -> Fetched:
    """A new choice that never reaches the device, nor does the end of what it took back."""
    if b"action=refuse" not in asked.body:
        return answer
    return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0] != "set-cookie"))


def _left_behind(_asked: Asked, answer: Fetched) -> Fetched:
    """Everything as it should be, but for a cookie that scripts cannot see: nobody ends it."""
    kept = tuple(one for one in answer.headers if not (one[0] == "set-cookie" and one[1].startswith(f"{STRAY}=")))
    return replace(answer, headers=kept)


def _ended_elsewhere(_asked: Asked, answer: Fetched) -> Fetched:
    """An end for the folder of the answer alone: what lies for the whole site stays."""
    return replace(answer, headers=tuple(_for_the_folder(*one) for one in answer.headers))


def _for_the_folder(name: str, value: str) -> tuple[str, str]:
    is_end = name == "set-cookie" and "Max-Age=0" in value
    return (name, value.replace("; Path=/;", ";")) if is_end else (name, value)


def _believed(asked: Asked) -> Asked:
    """An old cookie taken for a new one: the same answers under an id that nobody has withdrawn."""
    if asked.path != _HIT:
        return asked
    before, found, rest = asked.header("cookie").partition("zweck-choice=1.")
    swapped = f"{before}{found}AAAAAAAAAAA{rest[11:]}"
    return replace(asked.without("cookie"), headers=(*asked.without("cookie").headers, ("cookie", swapped)))


def _reporting(asked: Asked, answer: Fetched) -> Fetched:
    """Pages that report every view of whoever has a choice, whatever it says."""
    if not (answer.is_html and "zweck-choice=" in asked.header("cookie")):
        return answer
    headers = tuple(pair for pair in answer.headers if pair[0] != "content-security-policy")
    return replace(answer, headers=headers, body=answer.text.replace("</body>", _BEACON).encode())


PROOF = Proof(
    "consent.new-choice",
    check,
    planted(reply=_unset),
    Reach.HOST,
    quick=False,
    needs=("drill", "browser", "policy"),
    more_plants=(
        planted(reply=_left_behind),
        planted(reply=_ended_elsewhere),
        planted(ask=_believed),
        planted(reply=_reporting),
    ),
)
