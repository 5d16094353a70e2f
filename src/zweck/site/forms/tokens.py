"""The pages behind links in mails: `/z/<kind>/<token>`. A room says what stands there; this is the frame.

Who only looks changes nothing: mail programs and scanners open every link they see. Only a press does, and it needs
no cookie. The token is the permission, so a press is refused only when its browser names another site.
"""

from datetime import UTC, datetime

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

from zweck import doors
from zweck.doors import NoTokenPage, PageContent, Press, Upload, Visit
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.words import words
from zweck.site.answers import error, html
from zweck.site.forms.typed import Unreadable, cleaned, form_of
from zweck.site.frame import Link, Look, frame
from zweck.site.pages import Found
from zweck.site.tongues import preferred
from zweck.vault.errors import BadToken, NoGrant, NoPlace, NotPermitted, TokenExpired

LANGUAGE = "lang"  # links in mails name theirs; it says nothing about the reader
METHODS = ("GET", "HEAD", "POST")
ONE_CLICK = ("List-Unsubscribe", "One-Click")
# The address of these pages is a key: it goes to nobody, and lies in no cache and no index.
GUARDED = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
STATUS = {"unknown": 404, "over": 410, "away": 503, "unread": 400, "elsewhere": 403}


def page(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """Show what stands behind a link, or do what its button says."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    visit = Visit(edition.site, token, _language(request, edition), datetime.now(UTC))
    return _response(request, edition, visit, _content(request, kind, visit))


def from_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Refuse a press whose browser names another site. Pages that send no referrer say `Origin: null` of themselves."""
    origin, site = request.headers.get("Origin", "null"), request.headers.get("Sec-Fetch-Site", "same-origin")
    referer = request.headers.get("Referer", "")
    if _is_one_click(request) or (origin == "null" and site in ("same-origin", "none") and not referer):
        return None
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    visit = Visit(edition.site, "", _language(request, edition), datetime.now(UTC))
    return _response(request, edition, visit, _trouble(visit.language, "elsewhere"))


page.from_elsewhere = from_elsewhere  # type: ignore[attr-defined]  # read by `serve.same_origin`


def _content(request: HttpRequest, kind: str, visit: Visit) -> PageContent:
    """What the room says, or a calm word about why it says nothing."""
    handler = doors.token_pages.get(kind)
    if handler is None:
        return _trouble(visit.language, "unknown")
    try:
        return handler.press(visit, _press(request)) if request.method == "POST" else handler.look(visit)
    except NoTokenPage as nothing:
        return _trouble(visit.language, "over" if nothing.is_over else "unknown")
    except (BadToken, NoPlace):
        return _trouble(visit.language, "unknown")
    except (TokenExpired, NoGrant, NotPermitted):
        return _trouble(visit.language, "over")
    except Unreadable:
        return _trouble(visit.language, "unread")
    except Error:  # the database of that place does not answer, and nothing was written
        return _trouble(visit.language, "away")


def _press(request: HttpRequest) -> Press:
    form = cleaned(form_of(request))
    action = "one-click" if _is_one_click(request) else form.pop("action", "")
    files = tuple(
        Upload(field, file.name or "", file.read())
        for field, some in request.FILES.lists()
        for file in some
        if file.size
    )
    return Press(action, form, files)


def _is_one_click(request: HttpRequest) -> bool:
    try:
        return form_of(request).get(ONE_CLICK[0]) == ONE_CLICK[1]
    except Unreadable:
        return False


def _language(request: HttpRequest, edition: Edition) -> str:
    languages = tuple(edition.policy.languages)
    named = request.GET.get(LANGUAGE, "")
    return named if named in languages else preferred(request.headers.get("Accept-Language", ""), languages)


def _trouble(language: str, what: str) -> PageContent:
    texts = words(language)
    return PageContent(texts.say(f"page.token.{what}_title"), texts.say(f"page.token.{what}"), status=STATUS[what])


def _response(request: HttpRequest, edition: Edition, visit: Visit, content: PageContent) -> HttpResponse:
    if content.file is not None:
        response = HttpResponse(content.file.content, content_type=content.file.content_type)
        response["Content-Disposition"] = f'attachment; filename="{content.file.name}"'
    else:
        response = html(_page(request, edition, visit, content), content.status)
    for name, value in GUARDED.items():
        response[name] = value
    response["Content-Language"] = visit.language
    return response


def _page(request: HttpRequest, edition: Edition, visit: Visit, content: PageContent) -> str:
    """The page itself. No question and no measurement: both would carry the address further."""
    look = Look(edition, Found("home", visit.language), visit.now)
    own = {
        "canonical": "",
        "twins": [],
        "others": [_in(request, code) for code in edition.policy.languages if code != visit.language],
        "content": content,
        "path": f"{request.path}?{LANGUAGE}={visit.language}",
        "has_files": any(one.kind == "file" for ask in content.asks for one in ask.inputs),
    }
    return render_to_string("site/token.html", frame(look) | own)


def _in(request: HttpRequest, language: str) -> Link:
    return Link(f"{request.path}?{LANGUAGE}={language}", words(language).say("language.name"), language=language)
