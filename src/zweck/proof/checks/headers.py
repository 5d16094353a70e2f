"""page.security-headers: every answer tells the browser to be careful."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.pages import Fetched, pages_of
from zweck.proof.scratch import relay, unaltered, with_header, without_header

_MUST: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("x-content-type-options", re.compile(r"nosniff", re.IGNORECASE), "nosniff"),
    ("referrer-policy", re.compile(r"(same-origin|no-referrer)"), "same-origin"),
    ("content-security-policy", re.compile(r".*frame-ancestors '(none|self)'"), "frame-ancestors 'none'"),
    ("cross-origin-opener-policy", re.compile(r"same-origin"), "same-origin"),
    ("permissions-policy", re.compile(r".*=\(\)"), "what no page needs, as name=()"),
)
_VERSION = re.compile(r"/\s*\d")


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Public pages and an error page carry the headers, and none says which version answers."""
    pages = pages_of(target)
    paths = [page.path for page, _ in pages.public()]
    is_secure = target.base_url.startswith("https:")
    trouble = [f"{path}: {wrong}" for path in paths for wrong in wrongs(pages.fetch(path), is_secure)]
    figures: dict[str, Figure] = {"pages": len(paths), "headers": [name for name, _, _ in _MUST]}
    return Finding(not trouble, "the headers of every public page and of an error page", figures, tuple(trouble))


def wrongs(answer: Fetched, is_secure: bool) -> Iterator[str]:
    """What is missing from an answer's headers, or wrong in them."""
    for name, pattern, right in _MUST:
        has = answer.header(name)
        if not pattern.match(has):
            yield f"{name} is {has or 'absent'}, {right} would be right"
    if is_secure and "max-age=" not in answer.header("strict-transport-security"):
        yield "strict-transport-security is absent"
    if _VERSION.search(answer.header("server")):
        yield "the server header tells a version"


def plant_sniffing(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Answers that let the browser guess what they are."""
    return relay(target, without_header("x-content-type-options"))


def plant_referrer(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Pages that tell others where a visitor came from."""
    return relay(target, with_header("referrer-policy", "unsafe-url"))


PROOF = Proof(
    "page.security-headers",
    check,
    plant_sniffing,
    Reach.HOST,
    needs=("http",),
    beyond=once,
    more_plants=(plant_referrer,),
    stage=unaltered,
)
