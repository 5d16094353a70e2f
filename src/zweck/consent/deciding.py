"""What a decision makes of a choice: the answers that hold from now on, and what is taken back by them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zweck.consent.choice import until
from zweck.consent.errors import BadChoice
from zweck.consent.facts import Facts
from zweck.consent.values import Answer, Decision, Question, Said, Visitor

Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered now, all that holds from now on, and what held before."""

    given: Answers
    now: Answers
    before: Answers
    narrows: bool  # something that was allowed is no longer: the old cookie must not come back


def outcome(facts: Facts, question: Question, decision: Decision, before: Visitor, now: datetime) -> Outcome:
    """What the decision means for this visitor. Raises BadChoice."""
    held = _held(before, now)
    if decision.action == "reset":
        return Outcome({}, {}, held, narrows=before.choice is not None and not before.is_withdrawn)
    said = _said(facts, question, decision)
    given: dict[str, Answer] = {}
    for purpose, word in said.items():
        kept = held.get(purpose)
        # A plain no is no reason to forget an objection that lasts longer.
        stays = word == "no" and kept is not None and kept.said == "out"
        given[purpose] = kept if stays and kept else Answer(word, until(word, now, facts))
    after = {**held, **given}
    return Outcome(given, after, held, narrows=_narrows(held, after))


def _said(facts: Facts, question: Question, decision: Decision) -> dict[str, Said]:
    own = facts.measurement
    match decision.action:
        case "opt-out" | "opt-in":
            if own is None or question.layer != "choices":
                raise BadChoice("there is nothing to opt out of here; use the control of a page of this site")
            _admit(decision, (own,))
            return {own: "out" if decision.action == "opt-out" else "yes"}
        case "accept" | "refuse" | "save" | "withdraw":
            return _answers(question, decision)
        case _:
            raise BadChoice("no such decision: accept, refuse, save, withdraw, reset, opt-out or opt-in would be right")


def _answers(question: Question, decision: Decision) -> dict[str, Said]:
    if not question.asks:
        raise BadChoice("nothing was asked, so nothing can be answered")
    _admit(decision, question.asks)
    if decision.action == "withdraw":
        if any(decision.answers.values()):
            raise BadChoice("a withdrawal says no; a yes is sent with save")
        return dict.fromkeys(decision.answers or question.asks, "no")
    ticked = decision.answers if decision.action == "save" else {}
    allowed = question.asks if decision.action == "accept" else [id_ for id_ in question.asks if ticked.get(id_)]
    return {purpose: "yes" if purpose in allowed else "no" for purpose in question.asks}


def _admit(decision: Decision, asked: tuple[str, ...]) -> None:
    if not decision.answers.keys() <= set(asked):
        raise BadChoice("an answer belongs to no purpose of this question")
    if not all(isinstance(answer, bool) for answer in decision.answers.values()):
        raise BadChoice("an answer is yes or no")


def _held(before: Visitor, now: datetime) -> dict[str, Answer]:
    """The answers that still count; a choice that was taken back counts for nothing."""
    if before.choice is None or before.is_withdrawn:
        return {}
    return {purpose: answer for purpose, answer in before.choice.answers.items() if now < answer.until}


def _narrows(before: Answers, after: Answers) -> bool:
    lost = any(answer.said == "yes" and not _is_yes(after, purpose) for purpose, answer in before.items())
    objects = {purpose for purpose, answer in after.items() if answer.said == "out"}
    return lost or any(purpose not in before or before[purpose].said != "out" for purpose in objects)


def _is_yes(answers: Answers, purpose: str) -> bool:
    return purpose in answers and answers[purpose].said == "yes"
