"""All proofs of this room."""

from zweck.promises.register import register
from zweck.promises.values import Proof
from zweck.proof.checks import (
    complete_words,
    content_policy,
    contracts,
    cookies,
    headers,
    languages,
    links,
    marks,
    measures,
    published,
    scope,
    servers,
    skip_link,
    third_party,
    tls,
)

PROOFS: tuple[Proof, ...] = (
    skip_link.PROOF,
    languages.PROOF,
    complete_words.PROOF,
    published.CHANGES_PUBLISHED,
    published.AS_ARCHIVED,
    marks.PROOF,
    scope.WEBSITE,
    scope.ELSEWHERE,
    headers.PROOF,
    content_policy.PROOF,
    third_party.PROOF,
    cookies.PROOF,
    contracts.PROOF,
    links.PROOF,
    tls.PROOF,
    servers.PROOF,
    measures.PROOF,
)


def register_all() -> None:
    """Take them into the register."""
    for proof in PROOFS:
        register(proof)
