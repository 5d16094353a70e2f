"""consent.refusal-free: who refuses gets the same pages and the same forms."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import ENDPOINT, answer, pages_on, without_question
from zweck.proof.drill.forms import buttons_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.markup import text_of
from zweck.proof.pages import Fetched

_ENOUGH = 6
_MOST_MISSING = 3


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every listed page answers a visitor who refused as it answers one who accepted: same status, text and forms."""
    stage = stage_of(target)
    where = pages_on(stage)
    accepted, refused = Person(stage.url), Person(stage.url)
    answer(accepted, where.one("home"), "accept")
    answer(refused, where.one("home"), "refuse")
    pairs = ((page.path, accepted.get(page.path), refused.get(page.path)) for page in where.pages)
    trouble = tuple(islice((wrong for pair in pairs for wrong in _lost(*pair)), _ENOUGH))
    figures: dict[str, Figure] = {"pages": len(where.pages)}
    return Finding(
        not trouble, "every page of a scratch instance, after accepting and after refusing", figures, trouble
    )


def _lost(path: str, with_it: Fetched, without: Fetched) -> Iterator[str]:
    if with_it.status != without.status:
        yield f"{path}: answers {without.status} after a refusal, {with_it.status} after a consent"
        return
    missing = _lines(with_it) - _lines(without)
    if missing:
        told = "; ".join(sorted(missing)[:_MOST_MISSING])
        yield f"{path}: lacks after a refusal: {told}"
    if _forms(with_it) != _forms(without):
        yield f"{path}: has other forms after a refusal"


def _lines(answer: Fetched) -> set[str]:
    """What the page says, in lines; not the question, nor how the choice itself stands."""
    text = text_of(without_question(answer.text))
    return {" ".join(line.split()) for line in text.splitlines()} - {""}


def _forms(answer: Fetched) -> set[tuple[str, str]]:
    return {(button.action, button.text) for button in buttons_of(answer.text) if button.action != ENDPOINT}


def _has_refused(asked: Asked) -> bool:
    """Whether the choice that comes along says no to something."""
    _, _, choice = asked.header("cookie").partition("zweck-choice=")
    return any(part[3:4] == "n" for part in choice.partition(";")[0].split(".")[2:])


def _walled(asked: Asked, answer: Fetched) -> Fetched:
    return replace(answer, status=403) if _has_refused(asked) and answer.is_html else answer


def _shortened(asked: Asked, answer: Fetched) -> Fetched:
    if not (_has_refused(asked) and answer.is_html):
        return answer
    return replace(answer, body=answer.text.replace("<p", "<p hidden><!-- ").encode())


PROOF = Proof(
    "consent.refusal-free",
    check,
    planted(reply=_walled),
    Reach.HOST,
    quick=False,
    needs=("drill",),
    more_plants=(planted(reply=_shortened),),
)
