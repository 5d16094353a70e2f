"""What pages of the company's other sites fetch: the snippet, and a question about what is new."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from zweck.consent import acts as consent
from zweck.consent.errors import ConsentError
from zweck.doors import Answer
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.site import fast, snippet
from zweck.site.answers import error
from zweck.site.frame import Look
from zweck.site.pages import Found
from zweck.site.shelf import takes_gzip

PATH = "/z/zweck.js"
JAVASCRIPT = "text/javascript; charset=utf-8"
# Long enough for the pages of one visit, short enough for a new edition.
FRESH = "public, max-age=300"
FOR_ANY_SITE = ("Cross-Origin-Resource-Policy", "cross-origin")


def language_of(edition: Edition, wished: str) -> str:
    """The site's language that a tag such as `de-AT` or `de_AT` means; its first for any other.

    A page in a language that nobody wrote our texts in still asks, in words that somebody checked.
    """
    language = wished.lower().replace("_", "-").partition("-")[0]
    languages = edition.policy.languages
    return language if language in languages else languages[0]


def at_once(environ: Mapping[str, object]) -> Answer | None:
    """The fast path of the snippet: None while it is still to be made."""
    now = datetime.now(UTC)
    if environ.get("REQUEST_METHOD") != "GET":
        return None
    known = fast.look_up(str(environ.get("HTTP_HOST", "")), now)
    if known is None:
        return None
    wished = parse_qs(str(environ.get("QUERY_STRING", ""))[:200]).get("lang", [""])[0]
    script = snippet.kept(known.edition, language_of(known.edition, wished), now)
    if script is None:
        return None
    accepts, has = str(environ.get("HTTP_ACCEPT_ENCODING", "")), str(environ.get("HTTP_IF_NONE_MATCH", ""))
    return _answer(script, accepts, has)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The snippet with its question, in the language that `lang` names."""
    look = _look(request)
    if look is None:
        return error(request, 421)
    accepts, has = request.headers.get("Accept-Encoding", ""), request.headers.get("If-None-Match", "")
    answer = _answer(snippet.made(look), accepts, has)
    return HttpResponse(answer.body, status=int(answer.status[:3]), headers=dict(answer.headers))


@require_safe
def question(request: HttpRequest) -> HttpResponse:
    """The question about some purposes only (`purposes`, by commas), for who has answered the others."""
    look = _look(request)
    if look is None:
        return error(request, 421)
    about = tuple(filter(None, request.GET.get("purposes", "").split(",")))
    if not about:
        raise Http404("purposes")
    try:
        asked = consent.question(look.edition, look.here.language, "snippet", look.now, about)
    except ConsentError:
        raise Http404("purposes") from None
    return _open(JsonResponse({"text": asked.text, "token": asked.token}))


def _look(request: HttpRequest) -> Look | None:
    edition = editions.site_for(request.get_host())
    if edition is None:
        return None
    return Look(edition, Found("choices", language_of(edition, request.GET.get("lang", ""))), datetime.now(UTC))


def _answer(script: snippet.Script, accepts: str, has: str) -> Answer:
    is_zipped = takes_gzip(accepts)
    tag = f'"{script.tag}-gzip"' if is_zipped else f'"{script.tag}"'
    headers = [("ETag", tag), ("Cache-Control", FRESH), ("Vary", "Accept-Encoding"), FOR_ANY_SITE]
    if tag in [one.strip().removeprefix("W/") for one in has.split(",")]:
        return Answer("304 Not Modified", tuple(headers), b"")
    headers.append(("Content-Type", JAVASCRIPT))
    if is_zipped:
        headers.append(("Content-Encoding", "gzip"))
    return Answer("200 OK", tuple(headers), script.zipped if is_zipped else script.body)


def _open(response: HttpResponse) -> HttpResponse:
    """For any site's script to read: it says nothing about anybody."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = FRESH
    return response
