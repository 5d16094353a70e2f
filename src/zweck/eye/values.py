"""What a look through a browser shows. Names and addresses only: values of cookies and storage are not kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look at: pages in order, as one visitor with a fresh profile would open them.

    `settle_ms` is how long a page may still do things after it has loaded. `keys` are pressed after that, in order,
    an Enter only where it stays on the page; what a page asks for, stores or breaches from then on is not told.
    """

    urls: tuple[str, ...]
    keys: tuple[str, ...] = ()
    settle_ms: int = 150
    page_limit_ms: int = 15_000


@dataclass(frozen=True, slots=True)
class Request:
    """A request the browser made, or wanted to make. `kind`: document, stylesheet, font, image, script, …"""

    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of the content security policy, as the browser reported it."""

    directive: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One opened page. `status` is 0 where nothing answered.

    `focus`: after each key of the wish, the names of the elements from the root to the one that has the focus.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    requests: tuple[Request, ...]
    violations: tuple[Violation, ...]
    storage: tuple[str, ...]  # "local-storage:key", "session-storage:key", "indexed-db:name", "cache:name"
    focus: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie in the jar after the last page."""

    name: str
    domain: str
    expires: float = -1.0


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything one look showed."""

    browser: str
    visits: tuple[Visit, ...]
    cookies: tuple[Cookie, ...] = field(default=())
