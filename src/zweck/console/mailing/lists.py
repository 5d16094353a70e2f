"""Staff pages of the lists: all of them with their campaigns, and one with what comes in and goes out as a file."""

from collections.abc import Iterator
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from zweck.console.mailing.campaign import title
from zweck.console.mailing.door import MAILING, Desk, writers_only
from zweck.console.mailing.spoken import audience_said, brought_said, trouble_said
from zweck.console.views import Context, page
from zweck.mailing import acts as mailing
from zweck.mailing.errors import MailingError
from zweck.vault.errors import BadAddress


@writers_only
@require_safe
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The account's lists, and the newest campaigns."""
    return page(request, "mailing/home", _home(desk))


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, desk: Desk, purpose: str) -> HttpResponseBase:
    """One list; its forms bring people, take them off, and hand the list out for a reason."""
    desk.must_use(purpose)
    if request.method != "POST":
        return page(request, "mailing/list", _list(desk, purpose))
    try:
        return _ordered(request, desk, purpose)
    except MailingError as refused:
        context = _list(desk, purpose) | {"trouble": trouble_said(desk, refused), "typed": _typed(request)}
    except BadAddress:
        context = _list(desk, purpose) | {"trouble": desk.say("trouble.address"), "typed": _typed(request)}
    return page(request, "mailing/list", context, status=HTTPStatus.BAD_REQUEST)


def _ordered(request: HttpRequest, desk: Desk, purpose: str) -> HttpResponseBase:
    wish = request.POST.get("do", "")
    if wish in ("import", "import-shut"):
        _bring(request, desk, purpose, is_shut=wish == "import-shut")
        return HttpResponseRedirect(f"{MAILING}/lists/{purpose}#brought", status=HTTPStatus.SEE_OTHER)
    if wish in ("take-off", "take-off-all"):
        address, is_all = request.POST.get("address", "").strip(), wish == "take-off-all"
        count = mailing.take_off(desk.site, address, desk.by, desk.now, "" if is_all else purpose)
        said = desk.say("taken_off", n=count) if is_all else desk.say("taken_off_here", list=desk.name(purpose))
        return page(request, "mailing/list", _list(desk, purpose) | {"told": said})
    if wish == "export":
        wanted = mailing.Wanted(desk.edition.policy, purpose, desk.by, request.POST.get("reason", "").strip())
        return _file(f"{desk.site}-{purpose}.csv", mailing.export(wanted, desk.now))
    if wish == "export-shut":
        return _file(f"{desk.site}-{purpose}-suppressed.csv", mailing.export_shut(desk.site, purpose))
    raise Http404("there is no such button")


def _bring(request: HttpRequest, desk: Desk, purpose: str, *, is_shut: bool) -> None:
    sent = request.FILES.get("file")
    places = desk.edition.policy.purposes[purpose].places
    order = mailing.Order(desk.edition, purpose, places[0] if places else "", desk.by)
    mailing.hand_in(sent.read() if sent else b"", order, desk.now, is_shut=is_shut)


def _file(name: str, lines: Iterator[str]) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:200]


def _home(desk: Desk) -> Context:
    policy = desk.edition.policy
    lists = [
        {"id": one, "name": desk.name(one), "href": f"{MAILING}/lists/{one}"}
        | audience_said(desk, mailing.audience(policy, one))
        for one in desk.purposes
    ]
    campaigns = [
        {
            "href": f"{MAILING}/campaigns/{one.number}",
            "title": title(desk, one),
            "list": desk.name(one.purpose),
            "state": one.state,
            "said": desk.say(f"state.{one.state}"),
            "at": desk.moment(one.ended_at or one.began_at or one.starts_at or one.made_at),
            "sent": desk.say("accepted", n=one.results.accepted) if one.began_at else "",
        }
        for one in mailing.campaigns(desk.site, desk.purposes)
    ]
    return {"lists": lists, "campaigns": campaigns, "several": len(lists) > 1}


def _list(desk: Desk, purpose: str) -> Context:
    told = audience_said(desk, mailing.audience(desk.edition.policy, purpose))
    brought = [brought_said(desk, one) for one in mailing.brought(desk.edition.policy, purpose)]
    return told | {"name": desk.name(purpose), "href": f"{MAILING}/lists/{purpose}", "brought": brought}
