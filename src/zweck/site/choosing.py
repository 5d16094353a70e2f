"""Where choices arrive: from our own pages as plain forms, and from the company's other sites by their snippet."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.http import require_safe

from zweck.consent import acts as consent
from zweck.consent.errors import BadChoice, ConsentError, NotRecorded
from zweck.consent.values import Action, Decided, Decision, Sent, Visitor
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition
from zweck.site import choices
from zweck.site.answers import error, html
from zweck.site.choices import Outcome
from zweck.site.cookies import set_whole
from zweck.site.frame import Look
from zweck.site.guests import guest_of, visitor_of
from zweck.site.pages import Found, address, address_on, find_on
from zweck.site.tongues import preferred
from zweck.site.views import shared

ACTIONS: frozenset[Action] = frozenset(get_args(Action))
FIELD = "purpose-"
MOST = 2**63 - 1  # what a database can count to
SPOT = re.compile(r"[a-z0-9.:-]{1,150}")
# Those from which nothing is to be told but what the page they lead back to shows by itself.
QUIET = frozenset({"accept", "refuse", "opt-out", "opt-in"})


def choice(request: HttpRequest) -> HttpResponse:
    """Take a choice; whoever only looks here is led to the page of all choices."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    if request.method == "OPTIONS":
        asked = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type"}
        return shared(request, edition, HttpResponse(status=204, headers=asked))
    back = _back(_field(request, "back"), edition)
    language = back[0].language if back else _wished(request, edition)
    if request.method != "POST":
        return HttpResponseRedirect(address(tuple(edition.policy.languages), "choices", language))
    return shared(request, edition, _decide(request, edition, language, back))


def from_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """What a choice sent by another site's page gets: None for a declared site of the same company, else a refusal."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    if request.headers.get("Origin", "") in edition.policy.scope.origins:
        return None
    back = _back(_field(request, "back"), edition)
    return _refused(request, edition, back[0].language if back else _wished(request, edition), "elsewhere", 403)


# Read by `serve.same_origin`: this view words its own refusal, and takes from the sites that the policy declares.
choice.from_elsewhere = from_elsewhere  # type: ignore[attr-defined]


@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """The signed receipt of a record, for the browser that holds the choice it is about."""
    edition = editions.site_for(request.get_host())
    if edition is None:
        return error(request, 421)
    visitor = visitor_of(edition.policy, request.META)
    if number > MOST:
        raise Http404("receipt")
    try:
        signed = consent.receipt(edition.site, number, visitor.choice, datetime.now(UTC))
    except (ConsentError, NoEdition):
        raise Http404("receipt") from None
    response = HttpResponse(signed, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{edition.site}-choice-{number}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


def _decide(request: HttpRequest, edition: Edition, language: str, back: tuple[Found, str] | None) -> HttpResponse:
    now, before = datetime.now(UTC), visitor_of(edition.policy, request.META)
    sent = Sent(request.get_host(), request.headers.get("Cookie", ""), scripts_run=_wants_json(request))
    try:
        decision = _read(request)
        decided = consent.decide(edition, decision, before, sent, now)
    except BadChoice:
        return _refused(request, edition, language, "unasked", 400)
    except NotRecorded:
        return _refused(request, edition, language, "unrecorded", 503)
    except ConsentError:
        return _refused(request, edition, language, "unseen", 400)
    after = Visitor(decided.choice, before.signals)
    if _wants_json(request):
        response: HttpResponse = _as_json(decided)
    elif decision.action in QUIET and back is not None and back[0].page != "choices" and not _left(decided):
        response = HttpResponseRedirect(_path(edition, *back), status=303)
    else:
        response = _page(edition, language, after, Outcome(decision.action, decided), now)
    set_whole(response, decided.set_cookies)
    return response


def _read(request: HttpRequest) -> Decision:
    """What the form says. Raises BadChoice for what no form of ours sends."""
    form = _form(request)
    action = form.get("action", "")
    if action not in ACTIONS:
        raise BadChoice("the form names no action")
    said = {name.removeprefix(FIELD): form.getlist(name) for name in form if name.startswith(FIELD)}
    if any(values not in (["yes"], ["no"]) for values in said.values()):
        raise BadChoice("an answer is neither yes nor no")
    answers = {id_: values == ["yes"] for id_, values in said.items()} if action == "save" else {}
    return Decision(next(one for one in ACTIONS if one == action), form.get("token", ""), answers)


def _form(request: HttpRequest) -> QueryDict:
    try:
        return request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError, ValueError):
        # Too many fields, a broken form, a body in no known encoding.
        raise BadChoice("the form cannot be read") from None


def _field(request: HttpRequest, name: str) -> str:
    try:
        return _form(request).get(name, "")
    except BadChoice:
        return ""


def _left(decided: Decided) -> bool:
    """Whether something was removed or is left to the visitor, and so to be told."""
    removed = decided.removed
    return bool(removed.cookies or removed.by_script or removed.by_hand)


def _back(asked: str, edition: Edition) -> tuple[Found, str] | None:
    """The page of ours that a path names, and the spot on it; None for anything else."""
    path, _, spot = asked.partition("#")
    if not path.startswith("/") or len(path) > 500:
        return None
    found = find_on(edition.policy, path[1:])
    if found is None or found.form:
        return None
    return found, spot if SPOT.fullmatch(spot) else ""


def _path(edition: Edition, found: Found, spot: str) -> str:
    path = address_on(edition.policy, found.page, found.language, found.rest)
    return f"{path}#{spot}" if spot else path


def _wished(request: HttpRequest, edition: Edition) -> str:
    return preferred(request.headers.get("Accept-Language", ""), tuple(edition.policy.languages))


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _page(edition: Edition, language: str, visitor: Visitor, outcome: Outcome, now: datetime) -> HttpResponse:
    here = Found("choices", language)
    path = address(tuple(edition.policy.languages), "choices", language)
    look = Look(edition, here, now, guest=guest_of(edition, visitor, path, now))
    response = html(choices.page(look, visitor, outcome))
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(request: HttpRequest, edition: Edition, language: str, trouble: str, status: int) -> HttpResponse:
    """A calm page, or JSON, that says why nothing was decided."""
    if _wants_json(request):
        return JsonResponse({"error": trouble}, status=status)
    now, visitor = datetime.now(UTC), visitor_of(edition.policy, request.META)
    response = _page(edition, language, visitor, Outcome(trouble=trouble), now)
    response.status_code = status
    return response


def _as_json(decided: Decided) -> JsonResponse:
    removed = decided.removed
    answers = {} if decided.choice is None else decided.choice.answers
    told: Mapping[str, object] = {
        "decided": {purpose: answer.said for purpose, answer in answers.items()},
        "removed": {
            "cookies": removed.cookies,
            "by_script": removed.by_script,
            "by_hand": removed.by_hand,
        },
        "receipt": choices.receipt_path(decided.number) if decided.choice else "",
    }
    return JsonResponse(told, headers={"Cache-Control": "private, no-store"})
