"""Staff pages of the audits that come again: what is audited, what each look found, the reports, and the feed."""

import re
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from zweck.console.audit_feed import Around, atom
from zweck.console.views import Context, language_of, members_only, page
from zweck.editions import acts as editions
from zweck.eye.values import Finding
from zweck.policy.words import Words, words
from zweck.watch import acts as watch
from zweck.watch.errors import NotWatched
from zweck.watch.values import COMPLETED, PERIODS, Pace, PastLook, Watched

AUDITS = "/staff/audits"
SHOWN = 8
_PACES: dict[str, Pace] = {"daily": "daily", "weekly": "weekly", "stop": "off"}
# As the report names the hashes of its own style; whatever else might stand there is not taken over.
_META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', re.IGNORECASE)
_HASH = re.compile(r"'sha(?:256|384|512)-[A-Za-z0-9+/]{43,88}={0,2}'")


@members_only
@require_safe
def every_audit(request: HttpRequest) -> HttpResponse:
    """What is audited, how often, and what was found last."""
    spoken, now = words(language_of(request)), datetime.now(UTC)
    rows = [_row(watched, spoken, request, now) for watched in watch.everything(now)]
    return page(request, "audits", {"rows": rows})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def one_audit(request: HttpRequest, number: int) -> HttpResponse:
    """Each look at a site, newest first; its buttons look at once, change how often, and stop."""
    spoken, now = words(language_of(request)), datetime.now(UTC)
    try:
        if request.method == "POST":
            return _ordered(number, request.POST.get("do", ""), now)
        watched = watch.watched(number, now)
    except NotWatched:
        raise Http404(f"audit {number}") from None
    context: Context = {
        "row": _row(watched, spoken, request, now),
        "looks": [_look(look, spoken, request) for look in watch.looks(number)],
        "paces": [
            {"value": pace, "said": spoken.say(f"staff.audits.to.{pace}")} for pace in PERIODS if pace != watched.every
        ],
        "feed": f"{_origin(watched)}{AUDITS}/feed/{watched.key}",
    }
    return page(request, "audit", context)


@members_only
@require_safe
def report(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """The report of a look as it was stored. It names what a stranger's website says, so nothing in it may run."""
    try:
        html = watch.report(number, look, "html")
    except NotWatched:
        raise Http404(f"report of look {look}") from None
    response = HttpResponse(html)
    response["Content-Security-Policy"] = sandboxed(html)
    # A page that isolates itself and is sandboxed as well is not shown at all (HTML, "create navigation params").
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


@members_only
@require_safe
def report_as_json(_request: HttpRequest, number: int, look: int) -> HttpResponse:
    """The report of a look as data, to be kept as a file."""
    try:
        text = watch.report(number, look, "json")
    except NotWatched:
        raise Http404(f"report of look {look}") from None
    disposition = {"Content-Disposition": f'attachment; filename="audit-{number}-{look}.json"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=disposition)


@require_safe
def feed(_request: HttpRequest, key: str) -> HttpResponse:
    """What audits found new. Feed readers cannot log in: the key in the address stands for it, and no cookie is set."""
    watched = watch.by_key(key, datetime.now(UTC))
    if watched is None:
        raise Http404("feed")
    speaker = watch.speaker(watched.site).policy
    around = Around(speaker.scope.origins[0], speaker.controller.name, words(watched.wanted.language))
    response = HttpResponse(
        atom(watched, watch.told(watched.id), around), content_type="application/atom+xml; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-cache"
    return response


def sandboxed(html: str) -> str:
    """The policy for a report: pictures from within, and the style whose hash it names itself."""
    meta = _META.search(html)
    hashes = " ".join(dict.fromkeys(_HASH.findall(unescape(meta[1]) if meta else ""))) or "'none'"
    return (
        f"sandbox; default-src 'none'; img-src data:; style-src {hashes}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _ordered(number: int, wish: str, now: datetime) -> HttpResponse:
    if wish == "look":
        watch.look_now(number, now)
    elif wish in _PACES:
        watch.pace(number, _PACES[wish], now)
    else:
        raise Http404("there is no such button")
    return HttpResponseRedirect(f"{AUDITS}/{number}", status=303)


def _origin(watched: Watched) -> str:
    return watch.speaker(watched.site).policy.scope.origins[0]


def _row(watched: Watched, spoken: Words, request: HttpRequest, now: datetime) -> Context:
    if watched.is_looking:
        due = spoken.say("staff.audits.looking")
    elif watched.due_at is None:
        due = spoken.say("staff.audits.no_next")
    else:
        due = spoken.say("staff.audits.soon") if watched.due_at <= now else _moment(watched.due_at, spoken, request)
    return {
        "href": f"{AUDITS}/{watched.id}",
        "url": watched.wanted.url,
        "pace": spoken.say(f"staff.audits.pace.{watched.every}"),
        "is_off": watched.every == "off",
        "is_looking": watched.is_looking,
        "pages": watched.wanted.pages,
        "against": spoken.say(f"staff.audits.against.{watched.against}"),
        "due": due,
        "last": _look(watched.last, spoken, request) if watched.last else None,
    }


def _look(look: PastLook, spoken: Words, request: HttpRequest) -> Context:
    counts = [spoken.say("watch.count.findings", n=look.count), spoken.say("watch.count.notes", n=look.notes)]
    return {
        "id": look.id,
        "at": _moment(look.ended_at, spoken, request),
        "state": look.state,
        "said": ", ".join(counts) if look.state in COMPLETED else spoken.say(f"watch.state.{look.state}"),
        "changed": spoken.say("staff.audits.first") if look.is_first else watch.changes(look, spoken),
        "why": watch.why(look.why, spoken),
        "is_partly": not look.is_whole,
        "new": _named(look.new, spoken),
        "gone": _named(look.gone, spoken),
        "has_report": look.has_report,
    }


def _named(findings: tuple[Finding, ...], spoken: Words) -> list[str]:
    names = [watch.name_of(finding, spoken) for finding in findings[:SHOWN]]
    more = len(findings) - SHOWN
    return [*names, spoken.say("watch.text.more", n=more)] if more > 0 else names


def _moment(at: datetime, spoken: Words, request: HttpRequest) -> str:
    edition = editions.site_for(request.get_host())
    there = at.astimezone(ZoneInfo(edition.policy.time_zone) if edition else UTC)
    return f"{spoken.date(there.date())}, {there:%H:%M}"
