"""The staff page of what opens figures without a log-in: tokens of the API, and shared links."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from zweck.console.errors import BadKey
from zweck.console.figures import keys
from zweck.console.figures.door import Desk, readers_only
from zweck.console.figures.pages import FIGURES, speaker_for
from zweck.console.figures.ranges import SHARED
from zweck.console.figures.spoken import Context, Speaker
from zweck.console.models import Share, Staff, Token
from zweck.console.views import page

ACCESS = f"{FIGURES}/access"


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The account's keys; its forms make one and take one back."""
    account = request.user
    if not isinstance(account, Staff):
        raise Http404("account")
    speaker = speaker_for(request, desk)
    if request.method != "POST":
        return page(request, "figures/access", _context(account, desk, speaker))
    try:
        made = _ordered(request, account, desk)
    except BadKey as refused:
        context = _context(account, desk, speaker) | {"refused": str(refused)}
        return page(request, "figures/access", context, status=HTTPStatus.BAD_REQUEST)
    if made is None:
        return HttpResponseRedirect(ACCESS, status=HTTPStatus.SEE_OTHER)
    # Answered at once and not after a redirect: the text is known only now, and belongs into no address.
    return page(request, "figures/access", _context(account, desk, speaker) | made, status=HTTPStatus.CREATED)


def _ordered(request: HttpRequest, account: Staff, desk: Desk) -> Context | None:
    asked, name = request.POST.get("do", ""), request.POST.get("name", "").strip()
    if asked == "token":
        return {"new_token": keys.make_token(account, desk.site, name, desk.now).text}
    if asked == "share":
        wish = request.POST.getlist("range"), _number(request, "days")
        made = keys.make_share(account, desk.site, name, wish, desk.now)
        return {"new_link": f"{desk.edition.policy.scope.origins[0]}/shared/{made.text}"}
    kinds: dict[str, type[Token] | type[Share]] = {"revoke-token": Token, "revoke-share": Share}
    if asked not in kinds or not keys.revoke(kinds[asked], _number(request, "key"), account, desk.now):
        raise Http404("there is no such button, or no such key of yours")
    return None


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _context(account: Staff, desk: Desk, speaker: Speaker) -> Context:
    return {
        "tokens": [
            {"id": row.pk, "name": row.name, "added": speaker.words.date(row.added_at.date())}
            for row in keys.tokens_of(account, desk.site)
        ],
        "shares": [
            {
                "id": row.pk,
                "name": row.name,
                "ends": speaker.words.date(row.ends_at.date()),
                "ranges": speaker.words.list(speaker.say(f"range.{each}") for each in row.ranges),
            }
            for row in keys.shares_of(account, desk.site, desk.now)
        ],
        "ranges": [{"value": each, "name": speaker.say(f"range.{each}")} for each in SHARED],
        "days": [{"value": n, "name": speaker.words.duration(n, "days")} for n in keys.SHARED_DAYS],
        "least": desk.measurement.least_group,
    }
