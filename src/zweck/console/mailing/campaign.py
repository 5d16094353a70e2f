"""The staff page of one campaign: write, preview, test, send; then how it goes, and the buttons that stop it."""

from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zweck.console.mailing.door import MAILING, Desk, writers_only
from zweck.console.mailing.spoken import audience_said, results_said, trouble_said
from zweck.console.views import Context, page
from zweck.mailing import acts as mailing
from zweck.mailing.errors import BadText, MailingError, NoCampaign
from zweck.mailing.values import Campaign, Draft
from zweck.policy.words import words

FIELDS = ("subject", "text")


@writers_only
@require_POST
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new draft for a list."""
    purpose = desk.must_use(request.POST.get("purpose", ""))
    number = mailing.draft(desk.site, purpose, desk.account.pk, desk.now)
    return HttpResponseRedirect(_path(number), status=HTTPStatus.SEE_OTHER)


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A campaign; its buttons change, test, send and stop it."""
    found = _campaign(desk, number)
    if request.method != "POST":
        return page(request, "mailing/campaign", _context(desk, found))
    wish = request.POST.get("do", "")
    typed = _typed(request, desk) if found.state == "draft" and wish in DRAFTING else None
    try:
        if typed is not None:
            mailing.write(desk.site, number, typed)
        told = _ordered(request, desk, found, wish)
    except MailingError as refused:
        found = _campaign(desk, number)
        context = _context(desk, found) | {"trouble": trouble_said(desk, refused), "typed_at": _when(request)}
        return page(request, "mailing/campaign", context, status=HTTPStatus.BAD_REQUEST)
    if told:
        return page(request, "mailing/campaign", _context(desk, _campaign(desk, number)) | {"told": told})
    goes = MAILING if wish == "discard" else _path(number) + ("#preview" if wish == "save" else "")
    return HttpResponseRedirect(goes, status=HTTPStatus.SEE_OTHER)


@writers_only
@require_safe
def preview(request: HttpRequest, desk: Desk, number: int, language: str) -> HttpResponse:
    """The mail as it would arrive, with links that lead nowhere. Nothing in it may run."""
    found = _campaign(desk, number)
    try:
        html = mailing.preview(desk.edition, found, language)
    except MailingError:
        raise Http404("there is nothing to preview yet") from None
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    # A page that isolates itself and is sandboxed as well is not shown at all (HTML, "create navigation params").
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


DRAFTING = frozenset({"save", "test", "schedule"})


def _ordered(request: HttpRequest, desk: Desk, found: Campaign, wish: str) -> str:
    """Do what a button says; gives what is to be told, where that is not plain to see. Raises MailingError."""
    hand = mailing.Hand(desk.site, found.number, desk.account.pk)
    if wish == "test":
        mailing.test(desk.edition, hand, request.POST.get("address", "").strip(), desk.now)
        return desk.say("test_sent")
    if wish == "schedule":
        mailing.schedule(hand, desk.edition, _moment(request, desk), desk.now)
        return ""
    plain = {"discard": mailing.discard, "pause": mailing.pause, "resume": mailing.resume, "cancel": mailing.cancel}
    if wish in plain:
        plain[wish](hand, desk.now)
    elif wish != "save":
        raise Http404("there is no such button")
    return ""


def _campaign(desk: Desk, number: int) -> Campaign:
    try:
        found = mailing.campaign(desk.site, number)
    except NoCampaign:
        raise Http404("campaign") from None
    desk.must_use(found.purpose)
    return found


def _path(number: int) -> str:
    return f"{MAILING}/campaigns/{number}"


def _typed(request: HttpRequest, desk: Desk) -> dict[str, Draft]:
    return {
        language: Draft(*(request.POST.get(f"{field}-{language}", "") for field in FIELDS))
        for language in desk.edition.policy.languages
    }


def _when(request: HttpRequest) -> str:
    return request.POST.get("at", "")[:30]


def _moment(request: HttpRequest, desk: Desk) -> datetime:
    """When to begin, as typed where the site is; at once where nothing was. Raises BadText."""
    typed = _when(request)
    if not typed:
        return desk.now
    try:
        there = datetime.fromisoformat(typed)
    except ValueError:
        raise BadText("when", "write the moment as 2026-11-30T09:00") from None
    zone = ZoneInfo(desk.edition.policy.time_zone)
    return there if there.tzinfo else there.replace(tzinfo=zone)


def _context(desk: Desk, found: Campaign) -> Context:
    policy = desk.edition.policy
    told: Context = {
        "number": found.number,
        "href": _path(found.number),
        "list": desk.name(found.purpose),
        "state": found.state,
        "state_said": desk.say(f"state.{found.state}"),
        "title": title(desk, found),
        "texts": [_text(desk, found, language) for language in policy.languages],
        "stuck": desk.say("stuck") if found.trouble and found.state == "sending" else "",
        "stopped": desk.say(f"trouble.{found.reason}") if found.reason else "",
        "made": desk.moment(found.made_at),
        "starts": desk.moment(found.starts_at),
        "began": desk.moment(found.began_at),
        "ended": desk.moment(found.ended_at),
        "zone": policy.time_zone,
        "several": len(policy.languages) > 1,
    }
    if found.state in ("draft", "scheduled"):
        told |= audience_said(desk, mailing.audience(policy, found.purpose))
    if found.began_at:
        since = mailing.left_since(policy, found.purpose, found.began_at)
        told["results"] = results_said(desk, found.results, since)
    return told


def title(desk: Desk, found: Campaign) -> str:
    """What a campaign is called: its first subject."""
    for language in (desk.said.language, *desk.edition.policy.languages):
        if language in found.texts and found.texts[language].subject.strip():
            return found.texts[language].subject
    return desk.say("untitled")


def _text(desk: Desk, found: Campaign, language: str) -> Context:
    draft = found.texts.get(language, Draft("", ""))
    told: Context = {
        "language": language,
        "name": words(language).say("language.name"),
        "subject": draft.subject,
        "text": draft.text,
        "preview": f"{_path(found.number)}/preview/{language}",
    }
    if not draft.text.strip():
        return told
    try:
        shown = mailing.rendered(draft, desk.edition.policy.scope.origins[0])
    except BadText as refused:
        return told | {"wrong": trouble_said(desk, refused)}
    return told | {"html": shown.html, "plain": shown.plain}
