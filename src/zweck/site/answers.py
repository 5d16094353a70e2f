"""What every view answers with: a look at a page, the page as a response, and errors in plain words."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

from zweck.consent.values import Visitor
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.words import languages as all_languages
from zweck.site import about
from zweck.site.frame import Look
from zweck.site.guests import guest_of, vary, visitor_of
from zweck.site.pages import Found, address, address_on
from zweck.site.tongues import preferred


def look_of(request: HttpRequest, found: Found) -> Look | None:
    """A look at a page of the site this host name belongs to; None when no site answers to it."""
    edition = editions.site_for(request.get_host())
    return None if edition is None else Look(edition, found, datetime.now(UTC))


def seen_by(request: HttpRequest, edition: Edition, found: Found) -> tuple[Look, Visitor]:
    """A visitor's look at a page, in the variant that is theirs, and what the request says of their choices."""
    now = datetime.now(UTC)
    visitor = visitor_of(edition.policy, request.META)
    path = address_on(edition.policy, found.page, found.language, found.rest)
    return Look(edition, found, now, guest=guest_of(edition, visitor, path, now)), visitor


def html(text: str, status: int = 200) -> HttpResponse:
    """A page. Browsers ask again each time, since marks may have changed."""
    return HttpResponse(text, status=status, headers={"Cache-Control": "no-cache"})


def error(request: HttpRequest, code: int) -> HttpResponse:
    """An error in the reader's language; the site's own frame where there is a site."""
    wish = request.headers.get("Accept-Language", "")
    edition = None if code in (421, 500) else editions.site_for(request.get_host())
    differs = "Accept-Language"
    if edition is None:
        offered = all_languages()
        text = about.error_page(code, preferred(wish, offered))
    else:
        differs = f"Accept-Language, {vary(edition)}"
        offered = tuple(edition.policy.languages)
        language = _language_above(request.path_info, offered) or preferred(wish, offered)
        look, _visitor = seen_by(request, edition, Found("home", language))
        text = about.error_page(code, language, look)
    response = html(text, status=code)
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = differs
    return response


def _language_above(path: str, offered: tuple[str, ...]) -> str | None:
    """The language of the nearest page above a path that leads nowhere: /privacy/nothing is an English error."""
    while path := path.rpartition("/")[0]:
        for code in offered:
            if path in (address(offered, "statement", code), address(offered, "home", code)):
                return code
    return None
