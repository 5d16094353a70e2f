"""Which pages there are, and where: addresses are words, so a new language brings its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from zweck.policy.words import words

NAMES = ("home", "statement", "evidence", "editions", "technologies", "choices", "status", "feed", "checks", "imprint")
# The same content in other forms: /privacy.md. A status is read on other pages, so it has nothing but its other form.
FORMS = {"statement": ("md", "json"), "technologies": ("html", "json"), "status": ("html",)}
DEEPER = frozenset({"evidence", "editions"})  # pages with one more step: a promise, an edition's number


@dataclass(frozen=True, slots=True)
class Found:
    """What an address leads to. `form` is "" for the page itself; `rest` the promise or edition it speaks of."""

    page: str
    language: str
    form: str = ""
    rest: str = ""


def address(languages: tuple[str, ...], page: str, language: str, rest: str = "") -> str:
    """The path of a page in one language, e.g. "/privacy/editions/3"."""
    path = "/" + _slugs(languages)[page, language]
    return f"{path}/{quote(rest, safe=':')}" if rest else path


def form_address(languages: tuple[str, ...], page: str, language: str, form: str) -> str:
    """The path of a page's other form, e.g. "/privacy.md"."""
    return f"{address(languages, page, language)}.{form}"


def find(languages: tuple[str, ...], path: str) -> Found | None:
    """What a path (without its leading slash) leads to; None when there is no such page."""
    known = _found(languages)
    if path in known:
        return known[path]
    head, _, rest = path.rpartition("/")
    above = known.get(head)
    if above is None or above.form or not rest or above.page not in DEEPER:
        return None
    return Found(above.page, above.language, rest=rest)


@lru_cache
def _slugs(languages: tuple[str, ...]) -> Mapping[tuple[str, str], str]:
    """(page, language) -> path. Where two languages want the same word, each stands under its own code."""
    wanted = {(page, code): words(code).say(f"page.path.{page}") for page in NAMES for code in languages}
    takers = list(wanted.values())
    return {
        (page, code): slug if slug and takers.count(slug) == 1 else f"{code}/{slug}".rstrip("/")
        for (page, code), slug in wanted.items()
    }


@lru_cache
def _found(languages: tuple[str, ...]) -> Mapping[str, Found]:
    known: dict[str, Found] = {}
    for (page, code), slug in _slugs(languages).items():
        if page != "evidence":
            known[slug] = Found(page, code)
        for form in FORMS.get(page, ()):
            known[f"{slug}.{form}"] = Found(page, code, form)
    return known | {slug: Found(page, code) for (page, code), slug in _slugs(languages).items() if page == "evidence"}
