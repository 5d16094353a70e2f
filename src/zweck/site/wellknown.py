"""Pages for machines: what crawlers, browsers and our own proofs ask for at fixed addresses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.proof import acts as proof
from zweck.site import assets
from zweck.site.answers import error
from zweck.site.pages import FORM, address_on, forms_of

PAGES = ("home", "statement", "checks", "editions", "technologies", "choices", "imprint")
BESIDES = ("/staff/log-in",)  # open to all as well, in the language the browser asks for
CHALLENGE = re.compile(r"[0-9a-f]{32}")
SECURITY_DAYS = 180
A_DAY = "public, max-age=86400"


def of_site(make: Callable[[Edition], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the site that the host name belongs to."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        edition = editions.site_for(request.get_host())
        return error(request, 421) if edition is None else make(edition)

    return view


def _text(text: str, kind: str = "text/plain") -> HttpResponse:
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8")


def robots(edition: Edition) -> HttpResponse:
    """Everything may be read but the staff area."""
    return _text(f"User-agent: *\nDisallow: /staff/\nSitemap: {edition.policy.scope.origins[0]}/sitemap.xml\n")


def sitemap(edition: Edition) -> HttpResponse:
    """Each page in each language, with its twins in the others."""
    origin, languages = edition.policy.scope.origins[0], tuple(edition.policy.languages)
    urls = []
    for page, rest in _all(edition):
        where = {code: escape(origin + address_on(edition.policy, page, code, rest)) for code in languages}
        twins = "".join(f'<xhtml:link rel="alternate" hreflang="{c}" href="{url}"/>' for c, url in where.items())
        urls += [f"<url><loc>{url}</loc>{twins if len(where) > 1 else ''}</url>" for url in where.values()]
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return _text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {space}>{"".join(urls)}</urlset>\n', "application/xml"
    )


def security(edition: Edition) -> HttpResponse:
    """RFC 9116. `Expires` moves on by itself, so that the file never lies stale."""
    policy = edition.policy
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{policy.controller.contact}",
        f"Expires: {midnight + timedelta(days=SECURITY_DAYS):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(policy.languages)}",
        f"Canonical: {policy.scope.origins[0]}/.well-known/security.txt",
    )
    return _text("\n".join(lines) + "\n")


def gpc(edition: Edition) -> HttpResponse:
    """Global Privacy Control: true only where signals are honoured or nothing measures."""
    measurement = edition.policy.systems.measurement
    honours = measurement is None or measurement.honours_signals
    return JsonResponse({"gpc": honours, "lastUpdate": edition.activated_at.date().isoformat()})


def listed(edition: Edition) -> HttpResponse:
    """All pages, for the proofs that look at each: one evidence page per kind of sentence stands for the rest."""
    languages = tuple(edition.policy.languages)
    rows = [(page, code, rest) for code in languages for page, rest in _all(edition)]
    rows += [("editions", code, str(edition.number)) for code in languages]
    if edition.policy.publish == "full":
        firsts = {s.nature: s.promise for s in reversed(editions.statement_of(edition, languages[0]).sentences())}
        rows += [("evidence", code, promise) for code in languages for promise in firsts.values()]
    pages = [
        {"path": address_on(edition.policy, page, code, rest), "language": code, "template": _template(page, rest)}
        for page, code, rest in rows
    ]
    return JsonResponse({"pages": pages, "besides": BESIDES})


@require_safe
def installation(request: HttpRequest) -> HttpResponse:
    """Answers a challenge, so that our own proofs know that it is us they look at."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    challenge = request.GET.get("challenge", "")
    if not CHALLENGE.fullmatch(challenge):
        raise Http404("challenge")
    response = _text(proof.answer_to(challenge, edition))
    response["Cache-Control"] = "no-store"
    return response


def _all(edition: Edition) -> list[tuple[str, str]]:
    """Every page of a site that stands by itself, its forms among them."""
    return [(page, "") for page in PAGES] + [(FORM, id_) for id_ in forms_of(edition.policy)]


def _template(page: str, rest: str) -> str:
    return "edition" if page == "editions" and rest else page


@require_safe
def style(_request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet, under the address that names its content, or under its plain name for the staff pages."""
    files = {assets.style_path(): "zweck.css", assets.form_style_path(): "form.css", "/z/zweck.css": "zweck.css"}
    if f"/z/{name}" not in files:
        raise Http404(name)
    kept = "no-cache" if name == "zweck.css" else assets.FOR_EVER
    return _asset(files[f"/z/{name}"], "text/css; charset=utf-8", kept)


@require_safe
def script(_request: HttpRequest, name: str) -> HttpResponse:
    """The script that measures, or the one that works for a form, under the address that names its content."""
    files = {assets.measure_path(): "measure.js", assets.solver_path(): "work.js"}
    if f"/z/{name}" not in files:
        raise Http404(name)
    return _asset(files[f"/z/{name}"], "text/javascript; charset=utf-8", assets.FOR_EVER)


@require_safe
def favicon(_request: HttpRequest, kind: str) -> HttpResponse:
    """The site's mark for a browser's tab."""
    return _asset(f"favicon.{kind}", {"svg": "image/svg+xml", "ico": "image/x-icon"}[kind], A_DAY)


def _asset(name: str, content_type: str, cache: str) -> HttpResponse:
    return HttpResponse(assets.read(name), content_type=content_type, headers={"Cache-Control": cache})
