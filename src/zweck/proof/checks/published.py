"""statement.changes-published and statement.as-archived: every edition can be read here, as it was activated."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import pairwise

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.render import as_json
from zweck.policy.sentences import Sentence, Statement
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.markup import Shown, read, shown_in
from zweck.proof.pages import Fetched, pages_of
from zweck.proof.scratch import relay, unaltered
from zweck.proof.served import edition_of, pages_named, statement_bytes

_SPACES = re.compile(r"\s+")
_WORD = re.compile(rb'"text":"(\w)')


def check_published(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The numbers of the editions have no gap, their days no step back, and each is linked and readable here."""
    every = sorted(editions.editions_of(edition_of(target).site), key=lambda edition: edition.number)
    trouble = [*_chain(every, edition_of(target))]
    for language, page in pages_named(target, "editions").items():
        answer = pages_of(target).fetch(page.path)
        if answer.status != 200:
            trouble.append(f"{page.path}: answers {answer.status}")
            continue
        for edition in every[:-1]:
            path = f"{page.path}/{edition.number}"
            if path not in read(answer.text).links:
                trouble.append(f"{page.path}: does not link edition {edition.number}")
            if language in dict(edition.texts) and (status := pages_of(target).fetch(path).status) != 200:
                trouble.append(f"{path}: answers {status}")
    figures: dict[str, Figure] = {"editions": len(every), "current": edition_of(target).number}
    return Finding(not trouble, "the archive, and the public pages of all editions", figures, tuple(trouble))


def _chain(every: list[Edition], current: Edition) -> Iterator[str]:
    if [edition.number for edition in every] != list(range(1, len(every) + 1)):
        yield "the numbers of the editions have a gap"
    for older, newer in pairwise(every):
        if newer.activated_at < older.activated_at:
            yield f"edition {newer.number} is dated before edition {older.number}"
    if not every or every[-1].sha256 != current.sha256:
        yield "the newest edition is not the active one"


def plant_unpublished(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A site that shows no editions."""
    paths = tuple(page.path for page in pages_named(target, "editions").values())
    return relay(target, lambda answer: replace(answer, status=404) if answer.path.startswith(paths) else answer)


def check_archived(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """What is served is what was archived: the active edition byte for byte, all editions sentence by sentence."""
    current = edition_of(target)
    trouble: list[str] = []
    hashes: list[str] = []
    for language, page in pages_named(target, "statement").items():
        served = hashlib.sha256(statement_bytes(target, page).body).hexdigest()
        hashes.append(served)
        if served != current.text_hash(language):
            trouble.append(f"{page.path}.json: not the text archived for edition {current.number}")
        trouble += _unsaid(target, page.path, editions.statement_of(current, language))
    every = editions.editions_of(current.site)
    trouble += [wrong for edition in every for wrong in _old_wrongs(target, edition)]
    figures: dict[str, Figure] = {"editions": len(every), "served": hashes}
    return Finding(not trouble, "the served statement against the archive, for every edition", figures, tuple(trouble))


def _old_wrongs(target: Target, edition: Edition) -> Iterator[str]:
    for language, digest in edition.texts:
        statement = editions.statement_of(edition, language)
        if hashlib.sha256(as_json(statement).encode()).hexdigest() != digest:
            yield f"edition {edition.number} in {language}: the archived text is not the one that was activated"
        page = pages_named(target, "editions").get(language)
        if page and edition.number != edition_of(target).number:
            yield from _unsaid(target, f"{page.path}/{edition.number}", statement)


def _unsaid(target: Target, path: str, statement: Statement) -> Iterator[str]:
    """Where a page shows another statement than this: less, more, in another order, or with other links."""
    answer = pages_of(target).fetch(path)
    shown = shown_in(answer.text) if answer.status == 200 else Shown()
    said, unsaid = _plain(shown.text), False
    for sentence in statement.sentences():
        if _plain(sentence.text) not in said:
            unsaid = True
            yield f"{path}: does not say {sentence.promise} as archived"
    if not unsaid and said != _plain("".join(_texts(statement))):
        yield f"{path}: says more than was archived, or says it otherwise"
    if shown.links != [span.href for s in statement.sentences() for span in s.spans if span.href]:
        yield f"{path}: its links are not those that were archived"
    if shown.is_hidden:
        yield f"{path}: hides a part of the statement, or dresses it up"


def _texts(statement: Statement) -> Iterator[str]:
    """Every text of a statement, in the order in which a page shows them."""
    for section in statement.sections:
        yield section.title
        yield from (sentence.text for sentence in section.sentences)
        for grid in section.grids:
            yield grid.caption
            yield from (*grid.head, *(cell for row in grid.rows for cell in row))


def _plain(text: str) -> str:
    return _SPACES.sub("", text)


def plant_other_bytes(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A served text with one letter changed."""
    path = next(iter(pages_named(target, "statement").values())).path

    def alter(answer: Fetched) -> Fetched:
        if answer.path != f"{path}.json":
            return answer
        return replace(answer, body=_WORD.sub(rb'"text":"\1\1', answer.body, count=1))

    return relay(target, alter)


def plant_other_words(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A statement page that leaves out its first sentence."""
    language, page = next(iter(pages_named(target, "statement").items()))
    sentences = editions.statement_of(edition_of(target), language).sentences()
    first = max((span.text for span in sentences[0].spans), key=len) if sentences else page.path

    def alter(answer: Fetched) -> Fetched:
        words = [re.escape(word) for word in re.findall(r"\w+", first)[:3]]
        body = re.sub(r"\W+".join(words), "", answer.text)
        return replace(answer, body=body.encode()) if answer.path == page.path else answer

    return relay(target, alter)


CHANGES_PUBLISHED = Proof(
    "statement.changes-published",
    check_published,
    plant_unpublished,
    Reach.HOST,
    needs=("http", "tables"),
    beyond=once,
    stage=unaltered,
)
AS_ARCHIVED = Proof(
    "statement.as-archived",
    check_archived,
    plant_other_bytes,
    Reach.HOST,
    needs=("http", "tables"),
    beyond=once,
    more_plants=(plant_other_words,),
    stage=unaltered,
)
