"""words.complete: every text exists in every language, and the statements say the same in each."""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from zweck.policy.sentences import Sentence, Statement
from zweck.policy.words import words
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.pages import Fetched
from zweck.proof.scratch import relay, unaltered
from zweck.proof.served import pages_named, statements

_PARAMETER = re.compile(r"\{([a-z_]+)\}")
# Separators between groups of digits differ by language; the digits do not.
_NUMBER = re.compile(r"\d+(?:[.,\u202f]\d{3})*")
# Which of these a language needs is its own matter.
_OWN = ("in_country.", "language.")
Texts = Mapping[str, object]


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The files of texts have the same keys and parameters; the served statements the same promises, numbers, links."""
    languages = target.policy.languages
    texts = {language: _texts(target, language) for language in languages}
    first, *others = languages
    trouble = [wrong for other in others for wrong in _unlike(first, texts[first], other, texts[other])]
    served = dict(statements(target))
    trouble += [f"the statement in {lang} cannot be read" for lang in languages if served.get(lang) is None]
    said = {language: _said(statement) for language, statement in served.items() if statement}
    trouble += [
        wrong for other in others if first in said and other in said for wrong in _differing(said, first, other)
    ]
    figures: dict[str, Figure] = {
        "texts": len(texts[first]),
        "sentences": len(said.get(first, {})),
        "languages": list(languages),
    }
    return Finding(
        not trouble, "the files of texts, and the served statement in each language", figures, tuple(trouble)
    )


def _texts(target: Target, language: str) -> Texts:
    planted = target.place.get("texts")
    return planted[language] if isinstance(planted, dict) else words(language).texts


def _unlike(first: str, has: Texts, other: str, others: Texts) -> Iterator[str]:
    for key in sorted(has.keys() ^ others.keys()):
        if not key.startswith(_OWN):
            yield f"{key}: missing in {other if key in has else first}"
    for key in sorted(has.keys() & others.keys()):
        if _parameters(has[key]) != _parameters(others[key]):
            yield f"{key}: other parameters in {other} than in {first}"


def _parameters(text: object) -> set[str]:
    """`n` may be left out of a plural form: "one day" needs no number."""
    return set(_PARAMETER.findall(str(text))) - {"n"}


def _said(statement: Statement) -> dict[str, tuple[list[str], list[str]]]:
    """Per promise: the numbers in its sentences, dates among them, and where its links lead to outside."""
    said: dict[str, tuple[list[str], list[str]]] = {}
    for sentence in statement.sentences():
        numbers, links = said.setdefault(sentence.promise, ([], []))
        numbers += [re.sub(r"\D", "", number) for number in _NUMBER.findall(sentence.text)]
        links += [span.href for span in sentence.spans if ":" in span.href]
        numbers.sort()
        links.sort()
    return said


def _differing(said: Mapping[str, Mapping[str, tuple[list[str], list[str]]]], first: str, other: str) -> Iterator[str]:
    for promise in sorted(said[first].keys() | said[other].keys()):
        here, there = said[first].get(promise), said[other].get(promise)
        if here is None or there is None:
            yield f"{promise}: missing in {first if here is None else other}"
        elif here[0] != there[0]:
            yield f"{promise}: other numbers in {other} than in {first}"
        elif here[1] != there[1]:
            yield f"{promise}: other links in {other} than in {first}"


def plant_lost_text(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A text that the last language lacks; with one language alone there is nothing to compare, so it gains a twin."""
    languages = list(target.policy.languages)
    texts = {language: dict(words(language).texts) for language in languages}
    lost = min(key for key in texts[languages[0]] if not key.startswith(_OWN))
    if len(languages) == 1:
        languages.append(f"{languages[0]}-twin")
        texts[languages[-1]] = dict(texts[languages[0]])
    del texts[languages[-1]][lost]
    policy = target.policy.model_copy(update={"languages": languages})
    return nullcontext(replace(target, policy=policy, place={**target.place, "texts": texts}))


def plant_other_number(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A statement that cannot be read in the last language: what it says there is anybody's guess."""
    path = pages_named(target, "statement")[target.policy.languages[-1]].path

    def alter(answer: Fetched) -> Fetched:
        return replace(answer, body=answer.body[:-9]) if answer.path == f"{path}.json" else answer

    return relay(target, alter)


PROOF = Proof(
    "words.complete",
    check,
    plant_lost_text,
    Reach.HOST,
    needs=("http",),
    beyond=once,
    more_plants=(plant_other_number,),
    stage=unaltered,
)
