"""measurement.browser-settings: a browser that takes no cookies loses nothing."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import button_for, pages_on
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched

_ENOUGH = 6


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every page, and each answer to the question, for a visitor whose browser neither keeps nor sends a cookie."""
    measurement = target.policy.systems.measurement
    if measurement is None or measurement.needs_cookies_for_functions:
        raise CouldNotLook("the policy says that functions are lost, and not which ones")
    stage = stage_of(target)
    where = pages_on(stage)
    person = Person(stage.url, blocks_cookies=True)
    trouble = tuple(islice(_lost(person, [page.path for page in where.pages]), _ENOUGH))
    figures: dict[str, Figure] = {"pages": len(where.pages)}
    return Finding(not trouble, "every page of a scratch instance, with all cookies blocked", figures, trouble)


def _lost(person: Person, paths: list[str]) -> Iterator[str]:
    for path in paths:
        page = person.get(path)
        if page.status != 200:
            yield f"{path}: answers {page.status}"
            continue
        for action in ("refuse", "accept"):
            button = button_for(page.text, action)
            # One page of each answer is enough: the form is the same everywhere.
            if button and path == paths[0] and (after := person.press(page, button)).status != 200:
                yield f"{path}: the answer “{action}” is answered {after.status}"


def _insisting(asked: Asked, answer: Fetched) -> Fetched:
    return answer if asked.header("cookie") or not answer.is_html else replace(answer, status=403)


def _unanswerable(asked: Asked, answer: Fetched) -> Fetched:
    """A form that insists on a cookie."""
    is_lost = asked.method == "POST" and not asked.header("cookie")
    return replace(answer, status=403, headers=(("content-type", "text/plain"),)) if is_lost else answer


PROOF = Proof(
    "measurement.browser-settings",
    check,
    planted(reply=_insisting),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_unanswerable),),
)
