"""Where forms are asked for and arrive: their pages, and the same as data for pages of the company's other sites."""

import json
import time
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.http import require_safe

from zweck.doors import NOT_BEFORE, Input
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.origin.acts import NOWHERE
from zweck.origin.values import Origin
from zweck.site import assets
from zweck.site.credit import credit
from zweck.site.forms import page
from zweck.site.forms.page import State
from zweck.site.forms.taking import STATUS, Outcome, Sending, Trouble, take
from zweck.site.forms.told import told
from zweck.site.forms.typed import Unreadable, cleaned, form_of, lines
from zweck.site.frame import Look
from zweck.site.pages import FORM, Found, forms_of
from zweck.site.tongues import preferred

SAFE = ("GET", "HEAD")
METHODS = "GET, HEAD, POST, OPTIONS"
A_DAY = "86400"
# A form that was taken is answered after this long, whatever the work behind it was: less is done for an address that
# was written to today, and nobody is to learn that from a clock. Well above what taking one takes. The front waits.
EVEN_SECONDS = 0.15


def answer(request: HttpRequest, look: Look) -> HttpResponse:
    """The page of a form: shown, or taken."""
    if request.method not in (*SAFE, "POST"):
        return HttpResponseNotAllowed((*SAFE, "POST"))
    if request.method in SAFE:
        return _shown(look, page.fresh(look.edition, look.here.rest, look.here.language, _origin(request)), 200)
    outcome = _taken(request, look)
    if outcome.state is None:
        return guarded(HttpResponse(page.thanks_page(look)))
    return _shown(look, outcome.state, outcome.status)


def data(request: HttpRequest, form: str) -> HttpResponse:
    """The same for scripts: `GET` gives the form as JSON, `POST` takes it."""
    edition = editions.site_for(request.get_host())
    if edition is None or form not in forms_of(edition.policy):
        raise Http404(form)
    if request.method == "OPTIONS":
        asked = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": "Content-Type"}
        return _shared(request, edition, HttpResponse(status=204, headers={**asked, "Access-Control-Max-Age": A_DAY}))
    look = Look(edition, Found(FORM, _language(request, edition), rest=form), datetime.now(UTC))
    if request.method in SAFE:
        return _shared(request, edition, JsonResponse(_described(request, look)))
    return _shared(request, edition, _told(look, _taken(request, look)))


@require_safe
def script(_request: HttpRequest) -> HttpResponse:
    """The script that shows our forms on other pages of the company. It is the same for all sites."""
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(assets.read("form.js"), content_type="text/javascript; charset=utf-8", headers=headers)


def from_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Take what declared sites of the company send, and what names no site; refuse the rest.

    There is no cookie that another site could make use of, so what names nobody does no harm.
    """
    edition = editions.site_for(request.get_host())
    named = request.headers.get("Origin") or request.headers.get("Referer", "")
    if edition is None or not named or any(_is_of(named, origin) for origin in edition.policy.scope.origins):
        return None
    request.META["zweck.elsewhere"] = True
    return None


data.from_elsewhere = from_elsewhere  # type: ignore[attr-defined]  # read by `serve.same_origin`


def _is_of(named: str, origin: str) -> bool:
    return named == origin or named.startswith(f"{origin}/")


def _taken(request: HttpRequest, look: Look) -> Outcome:
    edition, id_, language = look.edition, look.here.rest, look.here.language
    began = time.monotonic()
    try:
        fields = _fields(request)
    except Unreadable:
        return _as_it_was(page.fresh(edition, id_, language, _origin(request)), "unread")
    sending = Sending(fields, _origin(request), str(request.META.get("zweck.rate_key", "")))
    if request.META.get("zweck.elsewhere"):
        sending = Sending({name: value for name, value in fields.items() if name != "slip"}, sending.origin)
        seen = take(look, sending).state
        return _as_it_was(seen or page.fresh(edition, id_, language, sending.origin), "elsewhere")
    outcome = take(look, sending)
    if outcome.state is None:
        request.META[NOT_BEFORE] = began + EVEN_SECONDS
    return outcome


def _as_it_was(state: State, trouble: Trouble) -> Outcome:
    return Outcome(State(state.inputs, state.offered, trouble), trouble)


def _fields(request: HttpRequest) -> dict[str, str]:
    """The fields of a form, or of a JSON object. Raises Unreadable."""
    if request.content_type != "application/json":
        return cleaned(form_of(request))
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()) or len(sent) > 60:
        raise Unreadable
    return {name: lines(value) for name, value in sent.items()}


def _origin(request: HttpRequest) -> Origin:
    found = request.META.get("zweck.origin")
    return found if isinstance(found, Origin) else NOWHERE


def _language(request: HttpRequest, edition: Edition) -> str:
    languages = tuple(edition.policy.languages)
    wish = request.GET.get("lang", "") or request.headers.get("Accept-Language", "")
    return preferred(wish, languages)


def _shown(look: Look, state: State, status: int) -> HttpResponse:
    response = guarded(HttpResponse(page.page(look, state), status=status))
    if state.step is not None:
        response["Retry-After"] = str(page.seconds(state.step, look.now))
    return response


def guarded(response: HttpResponse) -> HttpResponse:
    """A slip is for one page, and what was typed is for nobody else."""
    response["Cache-Control"] = "private, no-store"
    return response


def _shared(request: HttpRequest, edition: Edition, response: HttpResponse) -> HttpResponse:
    response["Vary"] = "Origin, Accept-Language"
    origin = request.headers.get("Origin", "")
    if origin in edition.policy.scope.origins:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    return guarded(response)


def _described(request: HttpRequest, look: Look) -> dict[str, object]:
    """What a page of another site needs to show the form as we do."""
    id_, language = look.here.rest, look.here.language
    said, state = told(look.edition, id_, language), page.fresh(look.edition, id_, language, _origin(request))
    tell = look.words.say
    return {
        "language": language,
        "title": said.title,
        "intro": said.intro,
        "only": said.only,
        "inputs": [_input(one) for one in (*state.inputs, *state.offered)],
        "facts": said.facts,
        "agrees": said.agrees,
        "button": said.button,
        "statement": [tell("page.form.statement"), look.whole(page.section(look))],
        "credit": _credit(look, state),
        "slip": page.new_slip(look),
        "trap": [page.TRAP, tell("page.form.trap")],
        "say": {name: tell(f"page.form.{name}") for name in ("must", "may", "summary", "sending", "failed")},
    }


def _credit(look: Look, state: State) -> tuple[str, str] | None:
    """Whose data the proposals come from, as their licence asks for."""
    found = credit(look.edition.policy, look.words) if state.offered else None
    return (found.text, found.url) if found else None


def _input(one: Input) -> dict[str, object]:
    told_of = ("name", "label", "kind", "why", "value", "options", "must", "longest", "fills")
    return {name: getattr(one, name) for name in told_of}


def _told(look: Look, outcome: Outcome) -> HttpResponse:
    if outcome.state is None:
        title, said = page.thanks(look)
        return JsonResponse({"thanks": {"title": title, "lines": said}})
    state = outcome.state
    trouble = look.words.say(f"page.form.trouble.{state.trouble}") if state.trouble else ""
    told_of: dict[str, object] = {
        "error": outcome.trouble,
        "text": trouble,
        "wrong": {one.name: one.wrong for one in state.wrong},
        "slip": page.new_slip(look),
    }
    response = JsonResponse(told_of, status=STATUS[outcome.trouble])
    if state.step is not None:
        wait = page.seconds(state.step, look.now)
        step = {"word": state.step.word, "challenge": state.step.challenge, "seconds": wait}
        response = JsonResponse(told_of | {"step": step}, status=STATUS[outcome.trouble])
        response["Retry-After"] = str(wait)
    return response
