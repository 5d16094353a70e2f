"""measurement.opt-out, .opt-out-status and .opt-out-lasts: the way out, what is said of it, and how long it lasts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from zweck.measure import acts as measure
from zweck.policy.sentences import Sentence
from zweck.policy.words import words
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.checks.measurement.permitted import SIGNALS
from zweck.proof.drill.asking import CHOICES, ENDPOINT, answer, labelled, labels, live_texts, pages_on
from zweck.proof.drill.cookie import COOKIE, dated, visitor_of
from zweck.proof.drill.hits import hit, measured_person, own_measurement
from zweck.proof.drill.person import Kept, Person, in_days
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.markup import text_of
from zweck.proof.pages import Fetched

_ENOUGH = 6
_VISITS = 3
_MAX_AGE = re.compile(r"Max-Age=\d+")


def check_out(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """A measured visitor clicks once on the statement's page, in each language; later visits leave no event."""
    own_measurement(target.policy)
    stage, names = stage_of(target), labels(target.policy, "opt_out")
    where = pages_on(stage)
    trouble: list[str] = []
    for language, path in where.of("statement").items():
        person = measured_person(target)
        trouble += [f"{path}: {wrong}" for wrong in _still_in(stage, person, path, names[language])]
    figures: dict[str, Figure] = {"pages": len(names), "visits_after": _VISITS}
    return Finding(
        not trouble, "one click on the statement of a scratch instance, and visits after it", figures, tuple(trouble)
    )


def _still_in(stage: Stage, person: Person, path: str, label: str) -> Iterator[str]:
    page = person.get(path)
    button = labelled(page.text, label)
    if button is None:
        yield f"no control “{label}”"
        return
    after = person.press(page, button)
    if after.status != 200:
        yield f"the control was answered {after.status}"
    for _ in range(_VISITS):
        told = hit(stage, person, path)
        if told.is_measured or told.says != "no, out":
            yield f"a later visit is not excluded (answer: {told.says or told.status}, events: {told.events})"
            return


def check_status(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """In every state the page says what the device's own cookie and signals give, and what a report is answered."""
    own_measurement(target.policy)
    states = dict(_people(target))
    trouble = tuple(
        islice((w for name, person in states.items() for w in _misprinted(target, name, person, clock)), _ENOUGH)
    )
    figures: dict[str, Figure] = {"states": list(states), "pages": len(pages_on(stage_of(target)).of("statement"))}
    return Finding(not trouble, "the printed status in each state, on a scratch instance", figures, trouble)


def _people(target: Target) -> Iterator[tuple[str, Person]]:
    """One visitor in each state that the choice and the browser can bring about."""
    stage = stage_of(target)
    where = pages_on(stage)
    home, choices = where.one("home"), where.one(CHOICES)
    yield "fresh", Person(stage.url)
    if target.policy.needing_consent():
        for name, action in (("accepted", "accept"), ("refused", "refuse")):
            person = Person(stage.url)
            answer(person, home, action)
            yield name, person
    out = Person(stage.url)
    answer(out, choices, "opt-out")
    yield "opted-out", out
    for name, sends in SIGNALS.items():
        yield name, Person(stage.url, sends)


def _misprinted(target: Target, name: str, person: Person, clock: Clock) -> Iterator[str]:
    stage = stage_of(target)
    where = pages_on(stage)
    given = measure.status(target.policy, visitor_of(target.policy, person), "", clock.now())
    told = hit(stage, person, where.one("home"))
    because = "yes" if given.measured else f"no, {given.because}"
    if told.says != because:
        yield f"{name}: a report is answered “{told.says or told.status}”, the device says “{because}”"
    for language, path in where.of("statement").items():
        said = words(language)
        why = said.say(f"page.status.why.{given.because}")
        right = said.say("page.status.measured" if given.measured else "page.status.unmeasured", why=why)
        printed = [text_of(line) for line in live_texts(person.get(path).text)]
        if not any(line.startswith(right) for line in printed):
            yield f"{name}, {path}: prints “{' '.join(printed)}”, “{right}” would be right"


def check_lasts(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """The opt-out's cookie: a day before its end it still counts, the browser keeps it, a visit renews it."""
    days = own_measurement(target.policy).opt_out_days
    if days is None:
        raise CouldNotLook("the policy does not say how long the opt-out lasts")
    stage = stage_of(target)
    person = Person(stage.url)
    answer(person, pages_on(stage).one(CHOICES), "opt-out")
    trouble = tuple(islice(_short(target, person, days, clock.now()), _ENOUGH))
    figures: dict[str, Figure] = {"days": days}
    return Finding(
        not trouble, "the cookie of an opt-out on a scratch instance, at its last day and renewed", figures, trouble
    )


def _short(target: Target, person: Person, days: int, now: datetime) -> Iterator[str]:
    until = _out_until(target, person, now)
    if until is None:
        yield "the device is not excluded after the click"
        return
    if until < now + timedelta(days=days):
        yield f"the exclusion ends {until:%Y-%m-%d}, {days} days were promised"
    day_before = until - timedelta(days=1)
    if _out_until(target, person, day_before) is None:
        yield "a day before its end the device is measured again"
    ends_at = person.jar[COOKIE].ends_at
    if ends_at is None or in_days(ends_at) < days:
        yield "the browser drops the cookie before the exclusion ends"
    yield from _unrenewed(target, person, now)


def _unrenewed(target: Target, person: Person, now: datetime) -> Iterator[str]:
    """Put the jar forward to the last day but one, as if nobody had come since; then come."""
    old = person.jar[COOKIE]
    soon = now + timedelta(days=2)
    late = Person(person.base_url, jar={COOKIE: Kept(dated(old.value, soon), old.ends_at)})
    late.get(pages_on(stage_of(target)).one("statement"))
    hit(stage_of(target), late, pages_on(stage_of(target)).one("home"))
    renewed = _out_until(target, late, now)
    if renewed is None or renewed < soon + timedelta(days=2):
        yield "a visit does not renew the exclusion"


def _out_until(target: Target, person: Person, now: datetime) -> datetime | None:
    """Until when this device is out at that moment; None = it is not."""
    status = measure.status(target.policy, visitor_of(target.policy, person), "", now)
    return status.until if status.because == "out" and not status.measured else None


def _without_cookie(answer: Fetched) -> Fetched:
    return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0] != "set-cookie"))


def _never_out(asked: Asked, answer: Fetched) -> Fetched:
    """An opt-out that never reaches the device."""
    return _without_cookie(answer) if asked.path == ENDPOINT and b"action=opt-out" in asked.body else answer


def _uncontrolled(_asked: Asked, answer: Fetched) -> Fetched:
    return replace(answer, body=answer.text.replace('value="opt-out"', 'value="planted"').encode())


def _swapped(_asked: Asked, answer: Fetched) -> Fetched:
    """Pages that say the opposite."""
    if not answer.is_html:
        return answer
    text = answer.text
    for language in ("de", "en"):
        yes, no = (_head(words(language).say(f"page.status.{key}", why="…")) for key in ("measured", "unmeasured"))
        text = text.replace(yes, "\0").replace(no, yes).replace("\0", no)
    return replace(answer, body=text.encode())


def _head(said: str) -> str:
    return said.partition("…")[0]


def _frozen(asked: Asked) -> Asked:
    """Pages that never look at the device."""
    return asked.without("cookie").without("sec-gpc").without("dnt") if asked.method == "GET" else asked


def _cut_short(_asked: Asked, answer: Fetched) -> Fetched:
    """Cookies that browsers drop after a week."""
    headers = tuple((n, _MAX_AGE.sub("Max-Age=604800", v) if n == "set-cookie" else v) for n, v in answer.headers)
    return replace(answer, headers=headers)


def _kept_as_it_is(asked: Asked, answer: Fetched) -> Fetched:
    """Visits that renew nothing."""
    return answer if asked.path == ENDPOINT else _without_cookie(answer)


OUT = Proof(
    "measurement.opt-out",
    check_out,
    planted(reply=_never_out),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_uncontrolled),),
)
STATUS = Proof(
    "measurement.opt-out-status",
    check_status,
    planted(reply=_swapped),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(ask=_frozen),),
)
LASTS = Proof(
    "measurement.opt-out-lasts",
    check_lasts,
    planted(reply=_cut_short),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_kept_as_it_is),),
)
