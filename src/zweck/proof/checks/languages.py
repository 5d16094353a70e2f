"""page.languages: each language answers under its own address, titled and marked."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.markup import read
from zweck.proof.pages import Fetched, Listed, pages_of
from zweck.proof.scratch import in_pages, relay, unaltered


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every kind of page exists in every declared language, says which it is, and has a title."""
    pages = pages_of(target)
    listed = pages.each(pages.listed())
    languages = target.policy.languages
    trouble = [wrong for page, answer in listed for wrong in _wrongs(page, answer)]
    trouble += _gaps([page for page, _ in listed], languages)
    figures: dict[str, Figure] = {"pages": len(listed), "languages": list(languages)}
    return Finding(not trouble, "every public page", figures, tuple(trouble))


def _wrongs(page: Listed, answer: Fetched) -> Iterator[str]:
    if answer.status != 200:
        yield f"{page.path}: answers {answer.status}"
        return
    markup = read(answer.text)
    if markup.language.partition("-")[0] != page.language:
        yield f"{page.path}: marked as {markup.language or 'no language'}, {page.language} would be right"
    if not markup.title:
        yield f"{page.path}: has no title"


def _gaps(pages: list[Listed], languages: list[str]) -> Iterator[str]:
    """Kinds of pages that one language has more of than another; and a language without a statement."""
    counts = Counter((page.template, page.language) for page in pages)
    for template in sorted({page.template for page in pages} | {"statement"}):
        most = max(1, *(counts[template, language] for language in languages))
        for language in languages:
            if counts[template, language] < most:
                yield f"{template}: {counts[template, language]} of {most} pages in {language}"
    if len({page.path for page in pages}) < len(pages):
        yield "two pages share one address"


def plant_marked_wrong(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Pages that call themselves Latin."""
    language = target.policy.languages[-1]
    return relay(target, in_pages(lambda text: text.replace(f'lang="{language}"', 'lang="la"')))


def plant_missing(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A statement that is not there."""
    gone = next((page.path for page in pages_of(target).listed() if page.template == "statement"), "/")
    return relay(target, lambda answer: replace(answer, status=404) if answer.path == gone else answer)


PROOF = Proof(
    "page.languages",
    check,
    plant_marked_wrong,
    Reach.HOST,
    needs=("http",),
    beyond=once,
    more_plants=(plant_missing,),
    stage=unaltered,
)
