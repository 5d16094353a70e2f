"""consent.asks and consent.reason: the question is put to who has not answered it, and names its purposes."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import islice

from zweck.policy.sentences import Sentence
from zweck.policy.texts import say
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import CHOICES, ENDPOINT, answer, is_asked, pages_on, picked, region
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.markup import text_of
from zweck.proof.pages import pages_of
from zweck.proof.scratch import in_pages, relay, unaltered
from zweck.proof.served import pages_named
from zweck.proof.walks import question_at

_ENOUGH = 6
_WIDTH = 1280
_REGION = re.compile(r"<section\b.*?</section>", re.DOTALL)
_FORM = re.compile(rf'<form\b[^>]*action="{ENDPOINT}".*?</form>', re.DOTALL)


def check_asks(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every page puts the question to a fresh visitor, a browser shows it, and who has answered is not asked again."""
    seen = "every page for a fresh visitor; the first in a browser; every page of a scratch instance after each answer"
    trouble = tuple(islice(_wrongs(target), _ENOUGH))
    figures: dict[str, Figure] = {"pages": len(pages_of(target).listed()), "answers_given": 2}
    return Finding(not trouble, seen, figures, trouble)


def _wrongs(target: Target) -> Iterator[str]:
    for page, found in pages_of(target).each(pages_of(target).listed()):
        if page.template != CHOICES and not is_asked(found.text):
            yield f"{page.path}: a fresh visitor is not asked"
    home = next(iter(pages_named(target, "home").values())).path
    banner = question_at(target, home, _WIDTH)
    if banner is None or banner.accept is None:
        yield f"{home}: a browser shows no question"
    stage = stage_of(target)
    yield from stage.once("asked-again", lambda: tuple(islice(_again(stage), _ENOUGH)))


def _again(stage: Stage) -> Iterator[str]:
    where = pages_on(stage)
    for action in ("refuse", "accept"):
        person = Person(stage.url)
        answer(person, where.one("home"), action)
        for page in where.pages:
            if page.template != CHOICES and is_asked(person.get(page.path).text):
                yield f"{page.path}: asks again after the answer “{action}”"


def plant_silence(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Pages that ask nobody."""
    return relay(target, in_pages(lambda text: _FORM.sub("", text)))


def plant_hidden(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A question that stands in the markup and that nobody sees."""
    return relay(target, in_pages(lambda text: _REGION.sub(r"<dialog>\g<0></dialog>", text, count=1)))


def _forgetful(asked: Asked) -> Asked:
    return asked.without("cookie") if asked.method == "GET" else asked


# A site that forgets the answer, and asks on every page anew.
PLANT_AGAIN = planted(_forgetful)


def check_reason(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """The question names this purpose in each language, on both layers, and asks about none that is not declared."""
    purpose = target.policy.purposes.get(sentence.parameter)
    if purpose is None:
        raise CouldNotLook(f"the policy declares no purpose {sentence.parameter}")
    trouble = []
    for language, page in pages_named(target, "statement").items():
        name = say(purpose.name, language)
        if name not in text_of(region(pages_of(target).fetch(page.path).text)):
            trouble.append(f"{page.path}: the question does not name “{name}”")
    declared = set(target.policy.needing_consent())
    for page in pages_named(target, CHOICES).values():
        asked = picked(pages_of(target).fetch(page.path).text)
        trouble += [f"{page.path}: does not ask about {id_}" for id_ in sorted(declared - asked)]
        trouble += [f"{page.path}: asks about {id_}, which is not declared so" for id_ in sorted(asked - declared)]
    figures: dict[str, Figure] = {"purposes": sorted(declared), "languages": sorted(pages_named(target, CHOICES))}
    return Finding(not trouble, "the question on both layers, in each language", figures, tuple(trouble))


def plant_unnamed(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A question that does not say what for."""
    names = [say(target.policy.purposes[sentence.parameter].name, language) for language in target.policy.languages]
    return relay(target, in_pages(lambda text: _without(text, names)))


def plant_one_more(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A page of all choices that asks about one more purpose, and leaves a declared one out."""
    return relay(target, in_pages(lambda text: text.replace('name="purpose-', 'name="purpose-planted-')))


def _without(text: str, names: list[str]) -> str:
    for name in names:
        text = text.replace(name, "…")
    return text


ASKS = Proof(
    "consent.asks",
    check_asks,
    plant_silence,
    Reach.HOST,
    quick=False,
    needs=("http", "browser", "drill"),
    more_plants=(plant_hidden, PLANT_AGAIN),
    stage=unaltered,
)
REASON = Proof(
    "consent.reason",
    check_reason,
    plant_unnamed,
    Reach.HOST,
    needs=("http", "policy"),
    more_plants=(plant_one_more,),
    stage=unaltered,
)
