"""Which promises an edition makes: those its statement says, and those the house makes besides."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.sentences import Sentence, Statement
from zweck.promises.register import proof_of, proofs
from zweck.proof.values import Promised


@lru_cache(maxsize=16)
def promised(edition: Edition) -> tuple[Promised, ...]:
    """All promises of an edition, in reading order; those beyond the statement come last, by id."""
    statements = {language: editions.statement_of(edition, language) for language in edition.policy.languages}
    said = _said(statements, edition.sha256)
    return (*said, *_beyond(edition, {p.id for p in said}))


def forget() -> None:
    """Forget what was worked out; for tests that register proofs of their own."""
    promised.cache_clear()


def _said(statements: Mapping[str, Statement], sha256: str) -> tuple[Promised, ...]:
    """The statement's promises, with the rows of every place where one is said."""
    told: dict[str, dict[str, list[Sentence]]] = {}
    for language, statement in statements.items():
        for sentence in statement.sentences():
            told.setdefault(sentence.promise, {}).setdefault(language, []).append(sentence)
    return tuple(_one(tellings, tuple(statements), sha256) for tellings in told.values())


def _one(tellings: Mapping[str, list[Sentence]], languages: tuple[str, ...], sha256: str) -> Promised:
    sentences = [sentence for said in tellings.values() for sentence in said]
    first = sentences[0]
    rows = tuple(dict.fromkeys(row for sentence in sentences for row in sentence.rows))
    whole = Sentence(first.promise, first.nature, rows, first.spans, first.until)
    lines = [
        f"{language}\t{s.nature}\t{s.until}\t{s.text}\t{' '.join(span.href for span in s.spans)}"
        for language in tellings
        for s in tellings[language]
    ]
    proof = proof_of(first.kind)
    if proof is not None and "policy" in proof.needs:
        lines.append(sha256)
    missing = tuple(language for language in languages if language not in tellings)
    return Promised(whole, _hash([first.promise, *rows, *lines]), missing=missing)


def _beyond(edition: Edition, said: set[str]) -> tuple[Promised, ...]:
    """Promises without a sentence. They speak of the edition as a whole, so evidence for another does not count."""
    ids = [
        f"{proof.kind}:{parameter}" if parameter else proof.kind
        for proof in proofs()
        for parameter in proof.beyond(edition.policy)
    ]
    return tuple(
        Promised(Sentence(id_, "checked", (), ()), _hash([id_, edition.sha256]), beyond=True)
        for id_ in sorted(ids)
        if id_ not in said
    )


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
