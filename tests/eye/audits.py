"""A site that somebody looked at: a shop with a banner, seen in four states, a policy beside it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from zweck.eye.report.audited import Audited
from zweck.eye.values import (
    Choice,
    Field,
    Finding,
    Form,
    Profile,
    Request,
    Seen,
    Skipped,
    Spot,
    State,
    Stored,
    Visit,
    Walk,
)

HOME = "https://shop.example.org/"
NEWS = f"{HOME}newsletter"
BEGAN_AT = datetime(2026, 11, 22, 19, 44, tzinfo=UTC)
PICTURE = b"RIFF\x08\x00\x00\x00WEBP-not-really"
TAG = "https://www.googletagmanager.com/gtag/js"

ESSENTIAL = Stored(
    "cookie", "session", "shop.example.org", how="header", by=HOME, http_only=True, secure=True, shape="id"
)
CLIENT = Stored("cookie", "_ga", "example.org", how="script", by=TAG, lifetime_seconds=63_072_000, shape="id")
FLAG = Stored("local-storage", "theme", "shop.example.org", how="script", by=f"{HOME}app.js", shape="word")
SIGN_UP = Form(
    f"{HOME}subscribe",
    "post",
    (Field("email", "email", "Your e-mail address", required=True), Field("ok", "checkbox", "News", checked=True)),
    heading="Newsletter",
    button="Subscribe",
)


def request(url: str, **more: object) -> Request:
    """A request to somebody else."""
    return Request(url, "script", by=HOME, status=200, third_party=True, **more)  # type: ignore[arg-type]


def visit(url: str = HOME, **more: object) -> Visit:
    """A page that came up."""
    headers = {"content-security-policy": "default-src 'self'", "server": "nginx"}
    facts: Mapping[str, object] = {"requests": (Request(url, "document", status=200),), "title": "A shop", **more}
    return Visit(url, 200, headers, **facts)  # type: ignore[arg-type]


def walk(state: State = "fresh", *visits: Visit, profile: Profile = Profile(), **more: object) -> Walk:  # noqa: B008
    """A way through the site."""
    return Walk(state, profile, visits=visits or (visit(),), **more)  # type: ignore[arg-type]


def seen(*walks: Walk, **more: object) -> Seen:
    """What an audit of four minutes saw."""
    facts: Mapping[str, object] = {"browser": "Chromium 156.0.7000.1", "sandboxed": True, **more}
    return Seen(HOME, BEGAN_AT, BEGAN_AT + timedelta(minutes=4), walks=walks or (walk(),), **facts)  # type: ignore[arg-type]


def rich(**more: object) -> Seen:
    """Four states on a desktop, a phone, the signal, and pages that were in the way."""
    tagged = (request(TAG), request("https://region1.google-analytics.com/g/collect", sends=420, query=("v", "tid")))
    entry = visit(requests=tagged, stored=(ESSENTIAL, CLIENT, FLAG), picture="entry", storage=("local-storage:theme",))
    news = visit(NEWS, forms=(SIGN_UP,), picture="news")
    broken = Visit(f"{HOME}old", 500, {}, (), trouble="failed")
    refused = Choice("refuse", True, ("Einstellungen", "Nur notwendige"), picture="refused")
    return seen(
        walk("fresh", entry, news, broken, kept=(ESSENTIAL, CLIENT, FLAG)),
        walk("fresh", visit(picture="phone"), profile=Profile(device="phone")),
        walk("fresh", entry, profile=Profile(gpc=True)),
        walk("refused", visit(requests=tagged[:1]), visit(NEWS), choice=refused, kept=(ESSENTIAL, CLIENT)),
        walk("accepted", entry, news, choice=Choice("accept", True, ("Alle akzeptieren",)), kept=(ESSENTIAL, CLIENT)),
        Walk("withdrawn", Profile(), Choice("withdraw", False, (), "no control to withdraw was found")),
        skipped=(Skipped(f"{HOME}cart", "robots"), Skipped(f"{HOME}terms.pdf", "no-page")),
        **{"pictures": dict.fromkeys(("entry", "news", "phone", "refused"), PICTURE), **more},
    )


def found(code: str = "before-choice", subject: str = "_ga", kind: str = "cookie", **more: object) -> Finding:
    """A finding on the entry page."""
    facts: Mapping[str, object] = {"spots": (Spot(HOME, by=TAG),), "picture": "entry", **more}
    return Finding(code, subject, kind, **facts)  # type: ignore[arg-type]


GOOGLE = {"service": "Google Analytics", "provider": "Google LLC", "category": "statistics", "host": "example.org"}
FINDINGS = (
    found("after-refusal", params=GOOGLE, spots=(Spot(HOME, "refused", by=TAG),), picture="refused"),
    found(params={**GOOGLE, "days": 730}),
    found(subject="region1.google-analytics.com", kind="request", params=GOOGLE),
    found("no-withdrawal", "shop.example.org", "banner", spots=(Spot(HOME, "withdrawn"),), sure="likely", picture=""),
    found(
        "refusal-harder",
        "vanilla-cookieconsent",
        "banner",
        params={"ways": "clicks, layer", "accept_clicks": 1, "refuse_clicks": 2},
    ),
    found("pre-ticked", "News", "box", spots=(Spot(NEWS), Spot(NEWS, "accepted"))),
    found("lifetime", "session", params={"declared_days": 0, "seen_days": 30}),
    found(
        "form-no-purpose",
        "Newsletter",
        "form",
        params={"asks": "email"},
        spots=(Spot(NEWS),),
        picture="news",
        sure="likely",
    ),
    found(
        "third-country",
        "Google LLC",
        "provider",
        params={
            "country": "US",
            "provider": "Google LLC",
            "service": "Google Analytics, Google Tag Manager",
            "hosts": "region1.google-analytics.com, www.googletagmanager.com",
        },
        sure="likely",
    ),
    found(
        "fingerprinting",
        "https://cdn.example.net/fp.js",
        "script",
        params={"reads": "audio, canvas", "sends": 1},
        sure="hint",
    ),
    found("gpc-ignored", "shop.example.org", "page", params={"things": "_ga", "count": 1}, note=True),
    found("absent", "cart", "cookie", spots=(), note=True, sure="hint", picture=""),
)


def audited(*findings: Finding, **more: object) -> Audited:
    """The rich site with its findings, compared with a policy."""
    return Audited(rich(**more), findings or FINDINGS, policy_name="policy.toml")
