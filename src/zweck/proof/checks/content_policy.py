"""page.strict-csp: the content policy admits nothing foreign and nothing inline, and our own pages never breach it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target, once
from zweck.proof.gaze import look_at
from zweck.proof.pages import Fetched, pages_of
from zweck.proof.scratch import in_pages, relay, unaltered, with_header

_FALLS_BACK = ("script-src", "style-src", "object-src", "connect-src", "frame-src", "font-src", "img-src")
_MUST_STAND = ("default-src", "base-uri", "form-action", "frame-ancestors")
_DATA_MAY_BE = frozenset({"img-src"})
_QUOTED = ("'none'", "'self'", "'strict-dynamic'", "'report-sample'")
_LOOSE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_INLINE = '<p style="color: red">red</p></body>'


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every page carries a strict policy, and a browser that opens the pages reports no breach.

    What the header says is enough for a red; a green needs the browser.
    """
    pages = pages_of(target)
    listed = pages.public()
    lax = [f"{page.path}: {wrong}" for page, answer in listed for wrong in _wrongs(answer)]
    if lax:
        return Finding(False, "the content policy of every public page", {"pages": len(listed)}, tuple(lax))
    looks = look_at(target)
    breaches = sorted({f"{v.directive} blocked {v.blocked}" for visit in looks.visits for v in visit.violations})
    count = sum(len(visit.violations) for visit in looks.visits)
    figures: dict[str, Figure] = {
        "pages": len(listed),
        "opened": len(looks.visits),
        "breaches": count,
        "browser": looks.browser,
    }
    seen = "the content policy of every public page, and what a browser reported on one page of each kind"
    return Finding(not breaches, seen, figures, tuple(breaches))


def _wrongs(answer: Fetched) -> Iterator[str]:
    text = answer.header("content-security-policy")
    if not text:
        yield "no content policy"
        return
    directives: dict[str, list[str]] = {}
    for part in text.split(";"):
        name, *sources = part.split() or [""]
        directives.setdefault(name.lower(), sources)
    yield from (f"the policy says nothing of {name}" for name in _MUST_STAND if name not in directives)
    for name in (*_MUST_STAND, *_FALLS_BACK):
        for source in directives.get(name, []):
            if not _is_strict(source, name):
                yield f"{name} admits {source}"


def _is_strict(source: str, directive: str) -> bool:
    if source in _QUOTED or source.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")):
        return True
    return source == "data:" and directive in _DATA_MAY_BE


def plant_loose(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A policy that admits inline scripts."""
    return relay(target, with_header("content-security-policy", _LOOSE))


def plant_breach(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """An inline style that the policy does not admit."""
    return relay(target, in_pages(lambda text: text.replace("</body>", _INLINE)))


PROOF = Proof(
    "page.strict-csp",
    check,
    plant_loose,
    Reach.HOST,
    quick=False,
    needs=("http", "browser"),
    beyond=once,
    more_plants=(plant_breach,),
    stage=unaltered,
)
