"""What a look through a browser shows. Names and addresses only: values of cookies and storage are not kept,
and neither is the query of an address (its parameters' names are).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# What the visitor has chosen: nothing yet · refused · accepted · accepted first and then withdrawn.
State = Literal["fresh", "refused", "accepted", "withdrawn"]
STATES: tuple[State, ...] = ("fresh", "refused", "accepted", "withdrawn")
Device = Literal["desktop", "phone"]
StoredKind = Literal["cookie", "local-storage", "session-storage", "indexed-db", "cache", "service-worker"]
# How a value looks, so that a choice ("no") can be told from an identifier without keeping either.
Shape = Literal["", "empty", "word", "number", "json", "id", "text"]
# Why a page could not be looked at, or only in part; "" = nothing was in the way.
Trouble = Literal[
    "",
    "no-host",  # the name leads nowhere
    "no-answer",  # nobody listens, or the connection broke
    "private",  # a private address, and those are not allowed
    "certificate",  # looked at all the same, over a connection that proves nothing
    "redirects",  # a loop
    "slow",  # did not finish loading in time; what was there by then is told
    "stuck",  # so heavy that it could not be asked
    "too-big",  # cut off
    "download",  # no page: a file, such as a PDF
    "crash",  # the browser died on it
    "robots",  # robots.txt asks not to
    "log-in",  # a wall: 401, 403, or led to a log-in
    "failed",  # 4xx or 5xx
]
# After these a page told nothing.
NOTHING_TO_SEE: frozenset[Trouble] = frozenset(
    {"no-host", "no-answer", "private", "redirects", "download", "failed", "crash", "stuck", "log-in", "robots"}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A visitor: a profile of its own, on a device, with or without Global Privacy Control.

    `width`: of the window, in CSS pixels; 0 = as the device has it.
    """

    device: Device = "desktop"
    gpc: bool = False
    languages: tuple[str, ...] = ("de-DE", "de", "en")
    # What a page may tell from the browser that nobody sits before it; False looks as a visitor's own browser does.
    robot: bool = False
    width: int = 0


DESKTOP = Profile()


@dataclass(frozen=True, slots=True)
class Stop:
    """How to look at one page.

    `settle_ms`: how long it may still do things after it has loaded. `scroll`: to its end and back, as a reader does.
    `keys` are pressed last, in order, an Enter only where it stays on the page; what a page asks for, stores or
    breaches from then on is not told. `reads`: "record" tells requests and storage only; "all" also forms, links,
    banner. `picture`: whether to take one.
    """

    url: str
    settle_ms: int = 150
    page_limit_ms: int = 15_000
    scroll: bool = False
    keys: tuple[str, ...] = ()
    reads: Literal["record", "all"] = "record"
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """Pages in order, as one visitor with a fresh profile would open them; each as a `Stop` of the same kind."""

    urls: tuple[str, ...]
    keys: tuple[str, ...] = ()
    settle_ms: int = 150
    page_limit_ms: int = 15_000


@dataclass(frozen=True, slots=True)
class Request:
    """A request the browser made, or wanted to make.

    `url` without query and fragment, `query` the names of its parameters. `kind`: document, stylesheet, font, image,
    script, fetch, xhr, ping (a beacon), … `by`: address of the script or page that made it. `status` 0: no answer.
    `sends`: bytes in its body.
    """

    url: str
    kind: str
    query: tuple[str, ...] = ()
    method: str = "GET"
    by: str = ""
    frame: str = ""
    status: int = 0
    sends: int = 0
    receives: int = -1  # bytes of the answer, where it said so; -1 = it did not
    third_party: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of the content security policy, as the browser reported it."""

    directive: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Something a page put on the device.

    `host`: whose it is (a cookie's domain without its leading dot, a storage's host). `how`: by an answer's header or
    by a script; "" = not seen when it happened. `by`: address of that answer or script. `lifetime_seconds`: raw, as it
    was asked for (browsers cap what they keep); None = as long as the session, or, for storage, without an end.
    `mark`: after a press, differs where the value does; "" = not known. It means nothing outside of one audit.
    """

    kind: StoredKind
    name: str
    host: str
    third_party: bool = False
    how: Literal["", "header", "script"] = ""
    by: str = ""
    http_only: bool = False
    secure: bool = False
    same_site: str = ""
    lifetime_seconds: int | None = None
    shape: Shape = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    """A script that reads what tells one device from another. `reads`: canvas, webgl, audio, fonts, plugins, …"""

    script: str
    reads: tuple[str, ...]
    sends: bool = False  # the same script also sent or stored something


@dataclass(frozen=True, slots=True)
class Box:
    """A checkbox or switch. `disabled`: the visitor cannot change it."""

    label: str
    name: str
    checked: bool
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `label`: what the page calls it. `kind`: the input's type, textarea or select."""

    name: str
    kind: str
    label: str = ""
    autocomplete: str = ""
    required: bool = False
    checked: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the page shows it. `text`: its heading and all it says beside the fields, at most 2,000 characters."""

    action: str
    method: str
    fields: tuple[Field, ...]
    text: str = ""
    heading: str = ""
    button: str = ""
    links_statement: bool = False
    third_party: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `region`: header, nav, main, footer or "". `covered`: it cannot be clicked, something lies over it."""

    url: str
    text: str
    region: str = ""
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a banner, as drawn. `layer` 1 is what comes up by itself; `clicks` until it has done its work.

    `contrast`: of its text with what lies behind. `fill`: of its own area with the banner's (1 = no area of its own).
    `area` in square CSS pixels, `padding` of its four sides together in CSS pixels.
    """

    text: str
    tag: str
    layer: int = 1
    clicks: int = 1
    font_px: float = 0.0
    weight: int = 400
    area: float = 0.0
    contrast: float = 0.0
    fill: float = 1.0
    in_view: bool = True
    padding: float = 0.0


@dataclass(frozen=True, slots=True)
class Banner:
    """A request for consent. `product`: the id of the rule that knows it, or "". `inside`: page, shadow or frame.

    `names_purposes`: whether its first layer says what the data are for. `covers`: whether it lies over the page so
    that imprint and statement cannot be clicked, and does not link them itself. `boxes`: of all layers that were
    opened.
    """

    product: str
    inside: Literal["page", "shadow", "frame"]
    text: str
    accept: Button | None = None
    refuse: Button | None = None
    settings: Button | None = None
    boxes: tuple[Box, ...] = ()
    links: tuple[str, ...] = ()
    covers: bool = False
    names_purposes: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """What came of pressing. `path`: the texts of the buttons pressed, in order; empty = none was found."""

    wanted: Literal["refuse", "accept", "withdraw"]
    done: bool
    path: tuple[str, ...] = ()
    why_not: str = ""
    picture: str = ""
    # What was stored and asked for between the press and the next page.
    stored: tuple[Stored, ...] = ()
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One opened page.

    `status` is 0 where nothing answered. `landed`: where redirects led. `stored`: what was set during this visit;
    `refused`: cookies that a script asked for, and the browser did not take.
    `storage`: what lies in storages afterwards, as "local-storage:key", "session-storage:key", "indexed-db:name",
    "cache:name". `focus`: after each key, the names of the elements from the root to the one that has the focus.
    `picture`: the key of a picture, or "".
    """

    url: str
    status: int
    headers: Mapping[str, str]
    requests: tuple[Request, ...]
    violations: tuple[Violation, ...] = ()
    storage: tuple[str, ...] = ()
    focus: tuple[tuple[str, ...], ...] = ()
    landed: str = ""
    title: str = ""
    language: str = ""
    stored: tuple[Stored, ...] = ()
    refused: tuple[Stored, ...] = ()
    prints: tuple[Print, ...] = ()
    forms: tuple[Form, ...] = ()
    links: tuple[Link, ...] = ()
    boxes: tuple[Box, ...] = ()
    banner: Banner | None = None
    text: str = ""  # what a reader sees, at most 100,000 characters; only of "all"
    trouble: Trouble = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie in the jar. `expires`: seconds since 1970, as the browser capped it; -1 = with the session."""

    name: str
    domain: str
    expires: float = -1.0
    http_only: bool = False
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything one look showed."""

    browser: str
    visits: tuple[Visit, ...]
    cookies: tuple[Cookie, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of one visitor through the site. `kept`: what lay on the device at its end."""

    state: State
    profile: Profile
    choice: Choice | None = None
    visits: tuple[Visit, ...] = ()
    kept: tuple[Stored, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that was not looked at. `why`: robots, other-site, no-page, limit, time."""

    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Seen:
    """All that an audit saw. `pictures`: WebP by key. `partly`: why it is not the whole, in no particular order:
    "pages" or "time" (a limit), "crash" (the browser died and could not go on), "interrupted".
    """

    url: str
    began_at: datetime
    ended_at: datetime
    browser: str
    sandboxed: bool
    walks: tuple[Walk, ...]
    skipped: tuple[Skipped, ...] = ()
    partly: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def fresh(self) -> Walk | None:
        """The way on a desktop before any choice."""
        return next((w for w in self.walks if w.state == "fresh" and w.profile == DESKTOP), None)


# ── judgement ───────────────────────────────────────────────────────────────────────────────────────────────────────

# certain: seen itself · likely: seen, and told apart by a rule of thumb · hint: worth a look by a person
Sure = Literal["certain", "likely", "hint"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was seen. `by`: the address of the script, answer or request it comes from."""

    url: str
    state: State = "fresh"
    device: Device = "desktop"
    gpc: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at. No verdict.

    `code` names the kind of finding, e.g. "before-choice"; `subject` the thing, e.g. a cookie's name. Texts are made
    from both by the words `audit.finding.<code>` with `params`. `note`: worth knowing, and no finding.
    `picture`: a key into `Seen.pictures`, or "".
    """

    code: str
    subject: str
    kind: str = ""  # of the subject: cookie, local-storage, request, script, form, banner, page, …
    spots: tuple[Spot, ...] = ()
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    picture: str = ""
    sure: Sure = "certain"
    note: bool = False

    @property
    def id(self) -> str:
        """What stays the same from one audit to the next, so that new ones can be told."""
        return f"{self.code}:{self.kind}:{self.subject}"
