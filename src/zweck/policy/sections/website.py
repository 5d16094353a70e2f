"""This website and this statement: what the software itself promises, on every site it runs."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen, link
from zweck.policy.sentences import Sentence
from zweck.policy.words import languages, words

ALWAYS = (
    "page.skip-link",
    "statement.changes-published",
    "statement.as-archived",
    "page.no-third-party",
    "page.strict-csp",
    "page.security-headers",
    "page.cookie-free",
    "house.contracts",
    "ledger.append-only",
    "ledger.sequenced",
    "ledger.consistent",
)


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Languages, pages, the published versions, the record of acts, and the links."""
    known = languages()
    names = [words(one).say("language.name") if one in known else one for one in policy.languages]
    yield pen.write("page.languages", n=len(names), languages=pen.words.list(names))
    yield pen.write("words.complete", n=len(names))
    for promise in ALWAYS:
        yield pen.write(promise)
    for id, target in policy.links.items():
        yield pen.write(f"link.alive:{id}", link=link(target.url, pen.text(target.title)))
