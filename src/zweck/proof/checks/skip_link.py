"""page.skip-link: the keyboard reaches a page's content with its first two keys."""

import re
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from zweck.eye.values import Visit
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Finding, Proof, Reach, Target
from zweck.proof.gaze import look_at
from zweck.proof.markup import Markup, read
from zweck.proof.pages import Fetched, pages_of
from zweck.proof.scratch import both, in_pages, relay, unaltered, without_header

# The classic mistake: a skip link that is hidden so well that the keyboard does not find it either.
_HIDDEN = '<style>body > a[href^="#"] { display: none }</style></head>'


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """On every page the first thing that takes the focus is a link to the page's one main part, and it works.

    What the markup says is enough for a red; a green needs the browser.
    """
    pages = pages_of(target)
    trouble = [
        f"{listed.path}: {wrong}"
        for listed, answer in pages.each(pages.listed())
        if (wrong := _wrong(answer))
    ]  # fmt: skip
    figures: dict[str, int | str] = {"pages": len(pages.listed())}
    if trouble:
        return Finding(False, "the markup of every public page", figures, tuple(trouble))
    looks = look_at(target)
    stuck = tuple(f"{urlsplit(visit.url).path}: {wrong}" for visit in looks.visits if (wrong := _wrong_focus(visit)))
    figures |= {"opened": len(looks.visits), "browser": looks.browser}
    seen = "the markup of every public page, and Tab and Enter in a browser on one page of each kind"
    return Finding(not stuck, seen, figures, stuck)


def _wrong(answer: Fetched) -> str:
    if answer.status != 200:
        return f"answers {answer.status}"
    page = read(answer.text)
    if page.mains != 1:
        return f"has {page.mains} main parts instead of one"
    return _wrong_link(page)


def _wrong_link(page: Markup) -> str:
    if page.first_focus is None:
        return "nothing on it takes the focus"
    tag, has = page.first_focus
    leads_to = has.get("href", "")
    if tag != "a" or not leads_to.startswith("#"):
        return "the first thing that takes the focus is no skip link"
    if page.ids.get(leads_to[1:]) != "main":
        return f"the skip link leads to {leads_to}, which is not the main part"
    return ""


def _wrong_focus(visit: Visit) -> str:
    if len(visit.focus) < 2:
        return "the first Tab stops at no link within the page"
    if "main" not in visit.focus[-1]:
        return f"after Tab and Enter the focus is on {visit.focus[-1][-1]}, not in the main part"
    return ""


def plant(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Put another link before the skip link."""
    return relay(target, in_pages(lambda text: re.sub(r"(<body[^>]*>)", r'\1<a href="/">Start</a>', text, count=1)))


def plant_hidden(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Hide the skip link, which only a browser that lays the page out can tell."""
    hidden = in_pages(lambda text: text.replace("</head>", _HIDDEN))
    return relay(target, both(without_header("content-security-policy"), hidden))


PROOF = Proof(
    "page.skip-link",
    check,
    plant,
    Reach.HOST,
    quick=False,
    needs=("http", "browser"),
    more_plants=(plant_hidden,),
    stage=unaltered,
)
