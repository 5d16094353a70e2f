"""page.no-third-party: whoever opens a page of ours talks to us alone."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from urllib.parse import urljoin, urlsplit

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Finding, Proof, Reach, Target, once
from zweck.proof.gaze import look_at
from zweck.proof.markup import read
from zweck.proof.pages import Fetched, pages_of
from zweck.proof.scratch import both, in_pages, relay, unaltered, without_header

# The last: whatever else names an address in quotes, such as image-set().
_IN_CSS = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)|['"]((?:https?:)?//[^'"]+)""", re.IGNORECASE)
_LOCAL_SCHEMES = frozenset({"data", "blob", "about"})
# Put together at run time, so that no reader of markup finds it: only a browser that runs the page sees the request.
_HIDDEN = '<script>new Image().src = ["https:", "", "fonts.example.net", "p.gif"].join("/")</script></body>'
_FONT = '<link rel="stylesheet" href="https://fonts.example.net/css"></head>'


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """No page or style sheet names a foreign source, and a real browser asks for none.

    What the markup says is enough for a red; a green needs the browser.
    """
    pages = pages_of(target)
    listed = pages.public()
    named = sorted({found for page, answer in listed for found in _named(target, page.path, answer)})
    figures: dict[str, int | str] = {"pages": len(listed), "foreign": len(named)}
    if named:
        return Finding(False, "the markup and style sheets of every public page", figures, tuple(named))
    looks = look_at(target)
    asked = [(visit.url, request.url) for visit in looks.visits for request in visit.requests]
    foreign = sorted({f"{urlsplit(at).path}: asks {_host(url)}" for at, url in asked if _is_foreign(target, url)})
    figures |= {"opened": len(looks.visits), "requests": len(asked), "foreign": len(foreign), "browser": looks.browser}
    seen = "the markup of every public page, and every request of a browser that opened one page of each kind"
    return Finding(not foreign, seen, figures, tuple(foreign))


def _named(target: Target, path: str, answer: Fetched) -> Iterator[str]:
    page = read(answer.text)
    here = urljoin(target.base_url, path)
    for source in page.sources:
        if _is_foreign(target, urljoin(here, source)):
            yield f"{path}: names {_host(urljoin(here, source))}"
    for style in page.styles:
        yield from _named_in_css(target, path, style)
    for sheet in page.sheets:
        where = urlsplit(urljoin(here, sheet))
        if not _is_foreign(target, where.geturl()) and where.scheme not in _LOCAL_SCHEMES:
            yield from _named_in_css(target, where.path, pages_of(target).fetch(where.path).text)


def _named_in_css(target: Target, path: str, css: str) -> Iterator[str]:
    for match in _IN_CSS.finditer(css):
        source = urljoin(urljoin(target.base_url, path), match[1] or match[2] or match[3])
        if _is_foreign(target, source):
            yield f"{path}: names {_host(source)}"


def _is_foreign(target: Target, url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme in _LOCAL_SCHEMES:
        return False
    return parts.netloc not in {urlsplit(own).netloc for own in (target.base_url, target.origin)}


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc or parts.scheme


def plant_font(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A style sheet from elsewhere, named in the markup."""
    return relay(target, in_pages(lambda text: text.replace("</head>", _FONT)))


def plant_hidden(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A picture from elsewhere that only a running page asks for."""
    hidden = in_pages(lambda text: text.replace("</body>", _HIDDEN))
    return relay(target, both(without_header("content-security-policy"), hidden))


PROOF = Proof(
    "page.no-third-party",
    check,
    plant_font,
    Reach.HOST,
    quick=False,
    needs=("http", "browser"),
    beyond=once,
    more_plants=(plant_hidden,),
    stage=unaltered,
)
