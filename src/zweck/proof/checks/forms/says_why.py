"""form.says-why: on each form, in each language, the purpose can be read before the form is sent."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import islice

from zweck.policy.reading.forms import path_of, served
from zweck.policy.sentences import Sentence
from zweck.policy.texts import say
from zweck.policy.words import words
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.markup import text_of
from zweck.proof.pages import pages_of
from zweck.proof.scratch import in_pages, relay, unaltered
from zweck.proof.walks import forms_at

_ENOUGH = 6
_FIELD = re.compile(r'<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"')
_BUTTON = re.compile(r"<button\b")


def check(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """What the markup says is enough for a red; a green needs a browser, which sees only what is not hidden."""
    where = tuple(places(target, sentence.parameter))
    if not where:
        raise CouldNotLook("the service has no form for this purpose")
    trouble = tuple(islice((f"{path}: {wrong}" for id_, language, path in where
                            for wrong in _wrongs(target, id_, language, path)), _ENOUGH))  # fmt: skip
    figures: dict[str, Figure] = {"pages": len(where), "languages": sorted({language for _, language, _ in where})}
    if trouble:
        return Finding(False, "the form's markup in each language", figures, trouble)
    unseen = tuple(
        f"{path}: what the form is for cannot be seen"
        for id_, language, path in where
        if not any(_only(target, id_, language) in _flat(form.text) for form in forms_at(target, path))
    )
    return Finding(not unseen, "the form in a browser, in each language", figures, unseen[:_ENOUGH])


def places(target: Target, purpose: str) -> Iterator[tuple[str, str, str]]:
    """Form, language and path of each page that asks for a purpose, of those the service lists."""
    listed = {page.path for page in pages_of(target).listed() if page.template == "form"}
    for id_, form in served(target.policy).items():
        for language in target.policy.languages:
            path = path_of(target.policy, id_, language)
            if form.purpose == purpose and path in listed:
                yield id_, language, path


def _wrongs(target: Target, id_: str, language: str, path: str) -> Iterator[str]:
    answer, form = pages_of(target).fetch(path), target.policy.forms[id_]
    if answer.status != 200:
        yield f"answers {answer.status}"
        return
    inside = _inside(answer.text, path)
    if _only(target, id_, language) not in _flat(text_of(inside)):
        yield "does not say what it is for before it is sent"
    asked = {name for name in _FIELD.findall(inside) if name in target.policy.data}
    for datum in sorted(asked - set(form.all_asked)):
        yield f"asks for {datum}, which is not declared"
    for datum in sorted(set(form.all_asked) - asked):
        yield f"does not ask for {datum}"


def _inside(text: str, path: str) -> str:
    """The form's markup up to its button."""
    start = text.find(f'action="{path}"')
    body = text[text.rfind("<form", 0, start) :] if start >= 0 else ""
    found = _BUTTON.search(body)
    return body[: found.start()] if found else ""


def _only(target: Target, id_: str, language: str) -> str:
    """The sentence that says what a form is for."""
    purpose = target.policy.purposes[target.policy.forms[id_].purpose]
    return _flat(words(language).say("page.form.only", purpose=say(purpose.name, language)))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _names(target: Target, sentence: Sentence) -> list[str]:
    return [
        words(language).say("page.form.only", purpose=say(target.policy.purposes[sentence.parameter].name, language))
        for language in target.policy.languages
    ]


def plant_silence(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A form that does not say what it is for."""
    return relay(target, in_pages(lambda text: _each(text, _names(target, sentence), "")))


def plant_hidden(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A form that says it where nobody sees it."""
    return relay(target, in_pages(lambda text: _each(text, _names(target, sentence), "<span hidden>{}</span>")))


def plant_too_late(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A form that says it behind its button."""
    return relay(target, in_pages(lambda text: _late(text, _names(target, sentence))))


def plant_one_more(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A form that asks for something nobody declared for it."""
    asked = {d for f in served(target.policy).values() if f.purpose == sentence.parameter for d in f.all_asked}
    undeclared = next(datum for datum in target.policy.data if datum not in asked)
    field = f'<input name="{undeclared}"><aside class="told"'
    return relay(target, in_pages(lambda text: text.replace('<aside class="told"', field)))


def _each(text: str, names: list[str], instead: str) -> str:
    for name in names:
        text = text.replace(name, instead.format(name))
    return text


def _late(text: str, names: list[str]) -> str:
    for name in names:
        if name in text:
            return text.replace(name, "").replace("</form></main>", f"<p>{name}</p></form></main>")
    return text


PROOF = Proof(
    "form.says-why",
    check,
    plant_silence,
    Reach.HOST,
    quick=False,
    needs=("http", "browser", "policy"),
    more_plants=(plant_hidden, plant_too_late, plant_one_more),
    stage=unaltered,
)
