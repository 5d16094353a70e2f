"""Public pages. The host says which site, the address says which page and language."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.views.decorators.http import require_safe

from zweck.consent.values import Visitor
from zweck.doors import Answer
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.render import as_markdown
from zweck.site import about, choices, made, shelf, status, technologies
from zweck.site.answers import error, html, look_of, seen_by
from zweck.site.cookies import set_whole
from zweck.site.forms import views as forms
from zweck.site.frame import Look
from zweck.site.guests import headers_for, vary, visitor_of
from zweck.site.pages import FORM, Found, find_on
from zweck.site.record import archive, evidence, feed
from zweck.site.tongues import preferred

View = Callable[[HttpRequest, Look], HttpResponse]


def page(request: HttpRequest, path: str) -> HttpResponse:
    """Any page that has an address in words. Only forms take anything."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    found = find_on(edition.policy, path)
    if found is None:
        raise Http404(path)
    look, visitor = seen_by(request, edition, found)
    if found.page == FORM:
        response = forms.answer(request, look)
        return forms.guarded(for_visitor(request, response, look, visitor))
    if request.method not in forms.SAFE:
        return HttpResponseNotAllowed(forms.SAFE)
    if (found.page, found.form) in PERSONAL:
        return PERSONAL[found.page, found.form](request, look, visitor)
    response = VIEWS[found.page, found.form](request, look)
    return for_visitor(request, response, look, visitor) if not found.form and found.page != "feed" else response


def _from_elsewhere(request: HttpRequest) -> HttpResponse | None:
    edition = editions.site_for(request.get_host())
    found = find_on(edition.policy, request.path_info[1:]) if edition else None
    is_form = found is not None and found.page == FORM
    return forms.from_elsewhere(request) if is_form else error(request, 403)


page.from_elsewhere = _from_elsewhere  # type: ignore[attr-defined]  # read by `serve.same_origin`


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """The home page in the language the browser asks for."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    language = preferred(request.headers.get("Accept-Language", ""), tuple(edition.policy.languages))
    look, visitor = seen_by(request, edition, Found("home", language))
    response = for_visitor(request, html(about.home_page(look)), look, visitor)
    response["Vary"] = f"Accept-Language, {vary(edition)}"
    response["Content-Language"] = language
    return response


def for_visitor(request: HttpRequest, response: HttpResponse, look: Look, visitor: Visitor) -> HttpResponse:
    """A page as one visitor gets it."""
    for name, value in headers_for(look.edition, visitor, request.get_host(), look.now):
        if name == "Set-Cookie":
            set_whole(response, [value])
        else:
            response[name] = value
    return response


def from_answer(answer: Answer) -> HttpResponse:
    """An answer of the fast path as Django's response: the same bytes, the same headers."""
    return HttpResponse(answer.body, status=int(answer.status[:3]), headers=dict(answer.headers))


def statement(request: HttpRequest, look: Look) -> HttpResponse:
    """The statement, from the shelf."""
    leaf = shelf.statement(look)
    accepts, has = request.headers.get("Accept-Encoding", ""), request.headers.get("If-None-Match", "")
    return from_answer(shelf.answer(leaf, accepts, has))


def statement_markdown(_request: HttpRequest, look: Look) -> HttpResponse:
    """The statement's text as Markdown."""
    text = as_markdown(editions.statement_of(look.edition, look.here.language))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def statement_json(_request: HttpRequest, look: Look) -> HttpResponse:
    """The statement as the archive holds it, byte for byte, so that its hash can be compared."""
    text = editions.text_of(look.edition.text_hash(look.here.language))
    return _open_to_all(HttpResponse(text, content_type="application/json"))


def evidence_page(_request: HttpRequest, look: Look) -> HttpResponse:
    """One sentence's evidence, where the operator publishes it."""
    if look.edition.policy.publish != "full" or not look.here.rest:
        raise Http404(look.here.rest)
    return html(evidence.page(look))


def editions_page(_request: HttpRequest, look: Look) -> HttpResponse:
    """All editions, or one of them."""
    return html(archive.edition_page(look) if look.here.rest else archive.list_page(look))


def technologies_page(_request: HttpRequest, look: Look) -> HttpResponse:
    """The table of technologies as a page."""
    return html(technologies.page(look))


def technologies_fragment(_request: HttpRequest, look: Look) -> HttpResponse:
    """The table alone; any site may fetch it."""
    return _open_to_all(html(technologies.fragment(look)))


def technologies_json(_request: HttpRequest, look: Look) -> HttpResponse:
    """The table as data; any site may fetch it."""
    return _open_to_all(JsonResponse(technologies.data(look), json_dumps_params={"ensure_ascii": False}))


def choices_page(request: HttpRequest, look: Look, visitor: Visitor) -> HttpResponse:
    """All choices, as they stand for this visitor."""
    return for_visitor(request, html(choices.page(look, visitor)), look, visitor)


def status_page(_request: HttpRequest, look: Look, _visitor: Visitor) -> HttpResponse:
    """Leads to where the status stands among all choices."""
    return HttpResponseRedirect(look.to("choices"))


def status_fragment(request: HttpRequest, look: Look, visitor: Visitor) -> HttpResponse:
    """The live status alone, for pages of the company's other sites; a site nobody declared cannot read it."""
    said = status.told(look, visitor).text
    response = html(f'<p class="zweck-status" lang="{look.here.language}">{escape(said)}</p>')
    response["Cache-Control"] = "private, no-cache"
    return shared(request, look.edition, response)


@require_safe
def status_json(request: HttpRequest) -> HttpResponse:
    """The same for the snippet: what to print in the page's language (`lang`), and the way out to offer."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    offered = tuple(edition.policy.languages)
    wish = request.GET.get("lang", "") or request.headers.get("Accept-Language", "")
    visitor = visitor_of(edition.policy, request.META)
    look = Look(edition, Found("status", preferred(wish, offered)), datetime.now(UTC))
    found = status.told(look, visitor, request.GET.get("path", "")[:2000])
    response = JsonResponse(
        {"text": found.text, "measured": found.measured, "because": found.because}
        | {"action": found.action, "control": found.control},
        headers={"Cache-Control": "private, no-cache"},
    )
    return shared(request, edition, response)


def shared(request: HttpRequest, edition: Edition, response: HttpResponse) -> HttpResponse:
    """Let a declared site's script read the answer, and send the visitor's cookie with its question."""
    response["Vary"] = f"Origin, {vary(edition)}"
    origin = request.headers.get("Origin", "")
    if origin in edition.policy.scope.origins:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
    return response


def feed_page(_request: HttpRequest, look: Look) -> HttpResponse:
    """Changes of state as an Atom feed, where the operator publishes evidence."""
    if look.edition.policy.publish != "full":
        raise Http404("feed")
    return HttpResponse(feed.atom(look), content_type="application/atom+xml; charset=utf-8")


def simple(make: Callable[[Look], str]) -> View:
    """A view of a page that is only text."""
    return lambda _request, look: html(make(look))


VIEWS: Mapping[tuple[str, str], View] = {
    ("home", ""): simple(about.home_page),
    ("statement", ""): statement,
    ("statement", "md"): statement_markdown,
    ("statement", "json"): statement_json,
    ("evidence", ""): evidence_page,
    ("editions", ""): editions_page,
    ("technologies", ""): technologies_page,
    ("technologies", "html"): technologies_fragment,
    ("technologies", "json"): technologies_json,
    ("feed", ""): feed_page,
    ("checks", ""): simple(about.checks_page),
    ("imprint", ""): simple(about.imprint_page),
}

PERSONAL: Mapping[tuple[str, str], Callable[[HttpRequest, Look, Visitor], HttpResponse]] = {
    ("choices", ""): choices_page,
    ("status", ""): status_page,
    ("status", "html"): status_fragment,
}


@require_safe
def full_statement(request: HttpRequest, language: str) -> HttpResponse:
    """The statement with all marks whatever is published; `urls` sets it behind the log-in."""
    return _for_staff(request, Found("statement", language), lambda look: made.statement_page(look, "full")[0])


@require_safe
def full_evidence(request: HttpRequest, language: str, promise: str) -> HttpResponse:
    """One sentence's evidence whatever is published; `urls` sets it behind the log-in."""
    return _for_staff(request, Found("evidence", language, rest=promise), evidence.page)


def _for_staff(request: HttpRequest, found: Found, make: Callable[[Look], str]) -> HttpResponse:
    look = look_of(request, found)
    if look is None or found.language not in look.languages:
        raise Http404(found.language)
    response = html(make(Look(look.edition, found, look.now, is_staff=True)))
    response["Cache-Control"] = "no-store"
    return response


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for 404."""
    return error(request, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Django's handler for 403, also for a form whose token is wrong."""
    return error(request, 403)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for 500; asks nothing of the database."""
    return error(request, 500)
