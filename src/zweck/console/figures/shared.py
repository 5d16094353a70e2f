"""A shared link: chosen ranges for whoever has the address, with noise, without a log-in and without a cookie."""

import hashlib
import hmac
from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zweck.console.figures import keys, spoken
from zweck.console.figures.door import Desk, desk_for, may_read
from zweck.console.figures.pages import shown
from zweck.console.figures.ranges import SHARED, published
from zweck.console.figures.spoken import ROWS, Context, Speaker
from zweck.console.figures.style import style, style_name
from zweck.measure import acts as measure
from zweck.policy.words import languages, words


@require_safe
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """The figures of a link; the same "not found" for a link that is spent, taken back or never was."""
    now = datetime.now(UTC)
    desk = desk_for(request.get_host(), now)
    link = keys.share(key, desk.site, now) if desk else None
    if desk is None or link is None or not may_read(link.account, desk.measurement):
        raise Http404("shared link")
    offered = [each for each in SHARED if each in link.ranges]
    name = request.GET.get("range", next(iter(offered), ""))
    if name not in offered:
        raise Http404("this link does not show that range")
    speaker = Speaker(words(_language(request, desk)), desk.edition.policy, desk.measurement)
    dimensions = tuple(each for each in spoken.dimensions_of(desk.measurement) if each != "bot")
    span = published(name, measure.last_closed(desk.site, desk.today))
    found = measure.report(desk.site, span, dimensions, ROWS, now)
    blur = measure.Blur(_noise_key(), desk.site, desk.measurement.least_group)
    context = shown(measure.blurred(found, blur), None, speaker) | _around(link.ends_at, offered, desk, speaker)
    response = render(request, "console/figures/shared.html", context | {"here": name}, status=HTTPStatus.OK)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    # The address is the key: it goes to nobody, not even to ourselves.
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def style_sheet(_request: HttpRequest, name: str) -> HttpResponse:
    """The style of figures, under a name that changes with its content."""
    if name != style_name():
        raise Http404(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(style(), content_type="text/css; charset=utf-8", headers=headers)


def _noise_key() -> bytes:
    """One for all links of the installation, so that several of them average nothing out."""
    return hmac.new(settings.SECRET_KEY.encode(), b"noise of published figures", hashlib.sha256).digest()


def _around(ends_at: datetime, offered: list[str], desk: Desk, speaker: Speaker) -> Context:
    return {
        "language": speaker.words.language,
        "site_name": desk.edition.policy.name,
        "ranges": [{"name": speaker.say(f"range.{each}"), "href": f"?range={each}", "value": each} for each in offered],
        "ends": speaker.words.date(ends_at.date()),
        "is_shared": True,
    }


def _language(request: HttpRequest, desk: Desk) -> str:
    offered = languages()
    wishes = (
        part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")
    )
    return next((wish for wish in wishes if wish in offered), desk.edition.policy.languages[0])
