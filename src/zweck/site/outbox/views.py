"""What the catcher of a demonstration took, as pages. On this machine only, and nowhere unless the catcher is on."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import wraps
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import NotReached
from zweck.disclosure.values import Caught
from zweck.doors import FORWARDED
from zweck.editions import acts as editions
from zweck.site.frame import Look, frame
from zweck.site.pages import Found
from zweck.site.tongues import preferred

PATH = "/outbox"
# The mail alone: its own styles, its links in the whole window, and nothing else.
_MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
_PAGE_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class View(Protocol):
    """A view of the outbox."""

    def __call__(self, request: HttpRequest, /, number: int = 0) -> HttpResponse:
        """Its answer."""


def _for_show(view: View) -> View:
    """As if there were no such page, unless the catcher is on and somebody at this machine looks."""

    @wraps(view)
    def shown(request: HttpRequest, number: int = 0) -> HttpResponse:
        if not settings.CATCHER or not (settings.DEMO or _is_here(request)):
            raise Http404(PATH)
        response = view(request, number)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@_for_show
def outbox(request: HttpRequest, number: int = 0) -> HttpResponse:
    """All mails, newest first; a POST has them forgotten."""
    try:
        if request.method == "POST":
            disclosure.forget_caught()
            return HttpResponseRedirect(PATH)
        mails = [_line(mail) for mail in reversed(disclosure.caught())]
    except NotReached:
        return _page(request, {"asleep": True})
    return _page(request, {"mails": mails})


@require_safe
@_for_show
def mail(request: HttpRequest, number: int = 0) -> HttpResponse:
    """One mail: its headers, its text with links to click, its HTML in a frame that can do nothing."""
    found = _caught(number)
    message = _read(found)
    text = mark_safe(urlize(_body(message, "plain"), nofollow=True, autoescape=True))  # noqa: S308  (escaped there)
    heads = [(name, str(value)) for name, value in message.items()]
    mail = _line(found) | {"text": text, "heads": heads, "html": f"{PATH}/{number}.html"}
    return _page(request, {"mail": mail})


@require_safe
@_for_show
def mail_html(_request: HttpRequest, number: int = 0) -> HttpResponse:
    """One mail's HTML, alone."""
    # Where a link of a mail leads is another page, never the little frame.
    html = _body(_read(_caught(number)), "html").replace("<head>", '<head><base target="_top">', 1)
    headers = {
        "Content-Security-Policy": _MAIL_CSP,
        "X-Frame-Options": "SAMEORIGIN",
        # Opened alone, a page that isolates itself and is sandboxed as well is not shown at all.
        "Cross-Origin-Opener-Policy": "unsafe-none",
    }
    return HttpResponse(html, headers=headers)


@require_safe
@_for_show
def outbox_json(_request: HttpRequest, number: int = 0) -> HttpResponse:
    """All mails as data, oldest first."""
    try:
        found = disclosure.caught()
    except NotReached as trouble:
        return JsonResponse({"trouble": str(trouble)}, status=503)
    return JsonResponse([_data(mail) for mail in found], safe=False, json_dumps_params={"ensure_ascii": False})


def _is_here(request: HttpRequest) -> bool:
    """Whether somebody at this machine asks. A proxy on it looks the same but for what it says of itself; where the
    front has not looked for that, nobody is here.
    """
    if request.META.get(FORWARDED) is not False:
        return False
    name = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _caught(number: int) -> Caught:
    try:
        return disclosure.caught(after=number - 1)[0]
    except (NotReached, IndexError):
        raise Http404(PATH) from None


def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    edition = editions.site_for(request.get_host())
    if edition is None:
        raise Http404(PATH)
    language = preferred(request.headers.get("Accept-Language", ""), tuple(edition.policy.languages))
    look = Look(edition, Found("home", language), datetime.now(UTC))
    around = frame(look) | {"canonical": "", "twins": [], "others": []}
    html = render_to_string("site/outbox.html", around | {"here": PATH, **context})
    return HttpResponse(html, headers={"Content-Security-Policy": _PAGE_CSP, "Vary": "Accept-Language"})


def _read(found: Caught) -> EmailMessage:
    return message_from_bytes(found.data, policy=default)


def _body(message: EmailMessage, kind: str) -> str | SafeString:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _line(found: Caught) -> dict[str, object]:
    message = _read(found)
    return {
        "number": found.number,
        "at": found.at,
        "to": found.to,
        "sender": str(message["From"] or found.sender),
        "subject": str(message["Subject"] or ""),
        "href": f"{PATH}/{found.number}",
    }


def _data(found: Caught) -> dict[str, object]:
    message = _read(found)
    return {
        "number": found.number,
        "at": found.at.isoformat(),
        "envelope_from": found.sender,
        "to": found.to,
        "subject": str(message["Subject"] or ""),
        "headers": [[name, str(value)] for name, value in message.items()],
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
    }
