"""What a draft says of the site itself: its name, languages, addresses, statement and imprint."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from zweck.eye.drafting.texts import SPOKEN
from zweck.eye.judging.scene import Scene
from zweck.eye.judging.signs import says
from zweck.eye.values import Link, Visit
from zweck.policy.writing.sheet import Ids, shown

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]{3,500}")
_APART = re.compile(r"\s+[|–—·•:»-]+\s+")
_SEATS = {"de": "DE", "at": "AT", "ch": "CH", "fr": "FR", "it": "IT", "nl": "NL", "es": "ES", "pl": "PL", "eu": "DE"}
_ORIGINS = 10
# What a page may say to no avail: no e-mail address of a person is ever read from one.
EXAMPLE = "https://www.example.com"


@dataclass(frozen=True, slots=True)
class About:
    """The site. `languages`: those a draft can write; `further`: others its pages say. `links`: kind → (url, text)."""

    id: str
    name: str
    title: str
    host: str
    languages: tuple[str, ...]
    further: tuple[str, ...]
    origins: tuple[str, ...]
    country: str
    links: dict[str, tuple[str, str]]


def about(scene: Scene) -> About:
    """What the visits tell of their site."""
    visits = [visit for _, visit in scene.visits]
    host = _host(scene.seen.url)
    title = next((visit.title for visit in visits if visit.title.strip()), "")
    said = tuple(dict.fromkeys(code for visit in visits if (code := _code(visit.language))))
    spoken = tuple(code for code in said if code in SPOKEN)
    addresses = (scene.seen.url, *(visit.landed or visit.url for visit in visits if visit.status))
    origins = tuple(dict.fromkeys(origin for url in addresses if (origin := _origin(url))))
    return About(
        id=Ids().of(host.removeprefix("www."), "site"),
        name=_name(title, host) or "?",
        title=title,
        host=host,
        languages=spoken or ("en",),
        further=tuple(code for code in said if code not in SPOKEN),
        origins=origins[:_ORIGINS] or (EXAMPLE,),
        country=_SEATS.get(host.rpartition(".")[2], "DE"),
        links={what: found for what in ("statement", "imprint") if (found := next(_links(what, visits), None))},
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
    except ValueError:
        return ""
    return origin if _ORIGIN.fullmatch(origin) else ""


def _code(language: str) -> str:
    found = re.match(r"[a-z]{2,3}(?![a-z])", language.strip().lower())
    return found[0] if found else ""


def _name(title: str, host: str) -> str:
    """The part of the title that repeats the host's name; else its last part, where sites write their own."""
    parts = [part for part in _APART.split(shown(title, 200).strip()) if part]
    labels = [label for label in host.split(".")[:-1] if len(label) > 3]
    alike = (part for part in parts if any(label in re.sub(r"[^a-z0-9]", "", part.lower()) for label in labels))
    return shown(next(alike, parts[-1] if parts else host), 80)


def _links(what: Literal["statement", "imprint"], visits: list[Visit]) -> Iterator[tuple[str, str]]:
    for visit in visits:
        for link in visit.links:
            url = _whole(link, visit)
            if _URL.fullmatch(url) and _leads(what, link.text, url):
                yield url, shown(link.text, 80).strip() or what


def _leads(what: str, text: str, url: str) -> bool:
    return says(f"links.{what}", text) or says(f"links.{what}_paths", unquote(urlsplit(url).path))


def _whole(link: Link, visit: Visit) -> str:
    try:
        url = urljoin(visit.landed or visit.url, link.url).partition("#")[0]
        urlsplit(url)
    except ValueError:
        return ""
    return url
