"""Which pages there are, and where: addresses are words, so a new language brings its own. Forms stand where the
policy puts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from zweck import doors
from zweck.policy.model import Form, Policy
from zweck.policy.reading.forms import path_of, served
from zweck.policy.words import words

NAMES = ("home", "statement", "evidence", "editions", "technologies", "choices", "status", "feed", "checks", "imprint")
# The same content in other forms: /privacy.md. A status is read on other pages, so it has nothing but its other form.
FORMS = {"statement": ("md", "json"), "technologies": ("html", "json"), "status": ("html",)}
FORM = "form"  # the page of a form; `rest` is the form's id
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


def forms_of(policy: Policy) -> dict[str, Form]:
    """The forms that are served here, by id: those whose kind some room takes."""
    return {id_: form for id_, form in served(policy).items() if form.kind in doors.takers}


def address_on(policy: Policy, page: str, language: str, rest: str = "") -> str:
    """As `address`, for all pages of a site, its forms among them."""
    if page == FORM:
        return path_of(policy, rest, language)
    return address(tuple(policy.languages), page, language, rest)


def find_on(policy: Policy, path: str) -> Found | None:
    """As `find`, for all pages of a site, its forms among them."""
    found = find(tuple(policy.languages), path)
    return found or next((one for one, where in _forms(policy) if where == f"/{path}"), None)


def _forms(policy: Policy) -> list[tuple[Found, str]]:
    both = [(id_, code) for id_ in forms_of(policy) for code in policy.languages]
    return [(Found(FORM, code, rest=id_), path_of(policy, id_, code)) for id_, code in both]


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
