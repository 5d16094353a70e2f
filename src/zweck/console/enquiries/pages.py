"""Staff pages of enquiries: the list, the search by address, one enquiry and what can be done with it."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from zweck.console.enquiries.door import Desk, answerers_only
from zweck.console.enquiries.spoken import NOWHERE, Speaker, one, overview, path_of
from zweck.console.views import language_of, page
from zweck.disclosure import acts as disclosure
from zweck.enquiries import acts as enquiries
from zweck.enquiries.errors import EnquiryError, Meanwhile, NothingSaid
from zweck.enquiries.values import Where
from zweck.mailing import acts as mailing
from zweck.policy.words import words
from zweck.vault.errors import BadAddress, BadValue, NoPlace, NotPermitted, PaymentData, VaultError

DONE = ("answer", "close", "take-on", "give-back", "take-off")
TAKE_OFF = "take-off"
REFUSED_SINCE = timedelta(days=7)
# What keeps something from being done, and the text that says it; the first that fits.
_WHY: Mapping[type[Exception], str] = {
    DatabaseError: "no_place",
    Meanwhile: "meanwhile",
    NothingSaid: "nothing",
    PaymentData: "payment",
    BadValue: "too_long",
    EnquiryError: "gone",
    VaultError: "gone",
}


@answerers_only
@require_safe
def every_enquiry(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits for an answer, and what was answered; names nobody."""
    speaker = _speaker(request, desk)
    waiting = overview(enquiries.waiting(desk.site, desk.purposes, desk.now), speaker)
    settled = overview(enquiries.settled(desk.site, desk.purposes, desk.now), speaker)
    refused = disclosure.mails_counted(desk.now - REFUSED_SINCE).get("refused", 0)
    told = speaker.say("refused_mails", n=refused) if refused else ""
    return page(request, "enquiries/list", {"waiting": waiting, "settled": settled["rows"], "refused": told})


@answerers_only
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The enquiries of an address. A POST: no address stands in an address bar, a history or a log."""
    if request.method != "POST":  # its address was opened again, without what was searched for
        return HttpResponseRedirect("/staff/enquiries", status=HTTPStatus.SEE_OTHER)
    speaker, address = _speaker(request, desk), request.POST.get("address", "")
    try:
        found = enquiries.of_address(desk.site, desk.purposes, address, desk.by, desk.now)
    except BadAddress:
        return page(request, "enquiries/found", {"trouble": speaker.say("bad_address"), "typed": address}, 422)
    told = ""
    if request.POST.get("do") == TAKE_OFF:
        mailing.take_off(desk.site, address, desk.by, desk.now)
        told = speaker.say("did_take-off")
    return page(request, "enquiries/found", {"found": overview(found, speaker), "typed": address, "told": told})


@answerers_only
@require_http_methods(["GET", "HEAD", "POST"])
def one_enquiry(request: HttpRequest, desk: Desk, place: str, number: int) -> HttpResponse:
    """One enquiry with what was written; its buttons answer it, close it, and say who means to answer."""
    where = Where(desk.site, "" if place == NOWHERE else place, number)
    if request.method != "POST":
        return _shown(request, desk, where, {})
    wish = request.POST.get("do", "")
    if wish not in DONE:
        raise Http404("there is no such button")
    typed = request.POST.get("text", "")
    trouble = _done(wish, typed, _seen(request), where, desk)
    if trouble:
        return _shown(request, desk, where, {"trouble": _speaker(request, desk).say(trouble), "typed": typed}, 409)
    return HttpResponseRedirect(f"{path_of(where)}?did={wish}", status=HTTPStatus.SEE_OTHER)


@answerers_only
@require_safe
def one_file(request: HttpRequest, desk: Desk, place: str, number: int, file: int) -> HttpResponse:
    """A file of an enquiry, to be kept as a file: a stranger sent it, so no browser shows it as a page of ours."""
    where = Where(desk.site, "" if place == NOWHERE else place, number)
    try:
        if enquiries.purpose_of(where, desk.now) not in desk.purposes:
            raise Http404("an enquiry of another purpose")
        found = enquiries.file(where, file, desk.by, desk.now)
    except (EnquiryError, VaultError):
        return page(request, "enquiries/closed", {"why": "gone"}, status=404)
    except DatabaseError:
        return page(request, "enquiries/away", {"says": _speaker(request, desk).say("no_place")}, status=503)
    response = HttpResponse(found.content, content_type=found.kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _done(wish: str, text: str, seen: int, where: Where, desk: Desk) -> str:
    """Do it; gives what kept it from being done, as the key of a text."""
    try:
        # An account may not act on what it may not read: the purpose is part of the question.
        if enquiries.purpose_of(where, desk.now) not in desk.purposes:
            raise Http404("an enquiry of another purpose")
        if wish == "answer":
            enquiries.answer(where, text, desk.by, seen, desk.now)
        elif wish == "close":
            enquiries.close(where, desk.by, desk.now)
        elif wish == TAKE_OFF:
            address = enquiries.address_of(where, desk.by, desk.now)
            mailing.take_off(desk.site, address, desk.by, desk.now)
        else:
            enquiries.take_on(where, desk.by if wish == "take-on" else "", desk.now)
    except tuple(_WHY) as failure:
        return next(key for kind, key in _WHY.items() if isinstance(failure, kind))
    return ""


def _shown(request: HttpRequest, desk: Desk, where: Where, more: dict[str, object], status: int = 200) -> HttpResponse:
    speaker = _speaker(request, desk)
    try:
        if enquiries.purpose_of(where, desk.now) not in desk.purposes:
            raise Http404("an enquiry of another purpose")
        opened = enquiries.read(where, desk.edition.policy, desk.by, desk.now)
    except (EnquiryError, NoPlace, NotPermitted):
        return page(request, "enquiries/closed", {"why": "gone"} | more, status=404)
    except DatabaseError:
        return page(request, "enquiries/away", {"says": speaker.say("no_place")} | more, status=503)
    did = request.GET.get("did", "")
    told = {
        "did": speaker.say(f"did_{did}") if did in DONE else "",
        "has_lists": bool(mailing.marketing(desk.edition.policy)),
    }
    return page(request, "enquiries/one", one(opened, speaker) | told | more, status=status)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _speaker(request: HttpRequest, desk: Desk) -> Speaker:
    return Speaker(words(language_of(request)), desk)
