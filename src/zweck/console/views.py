"""Staff pages: log-in, log-out, setting a password, and the frame that later rooms fill."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import quote

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zweck.console import acts, throttle
from zweck.console.errors import WeakPassword
from zweck.console.models import Staff
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.enquiries import acts as enquiries
from zweck.policy.texts import say
from zweck.policy.words import languages, words

Context = dict[str, object]
View = Callable[..., HttpResponseBase]
HOME = "/staff/"
LOG_IN = "/staff/log-in"


def staff_page(view: View) -> View:
    """A page of the staff area: its token rests in the session (the one place with a cookie), nothing is cached.

    `csrf_exempt` only tells the public pages' own check that this view brings a token.
    """
    protected = never_cache(csrf_protect(view))

    @wraps(view)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponseBase:
        return protected(request, **parts)

    return csrf_exempt(guarded)


def gate_page(view: View) -> View:
    """A page for who is not logged in yet: no session and so no cookie. Its form is known by its origin."""
    return never_cache(view)


def members_only(view: View) -> View:
    """Only for who is logged in; everybody else comes to the log-in and then back."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponseBase:
        if not isinstance(request.user, Staff):
            return HttpResponseRedirect(f"{LOG_IN}?next={quote(request.path)}")
        return view(request, **parts)

    return staff_page(guarded)


@gate_page
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in."""
    follow = request.POST.get("next") or request.GET.get("next") or HOME
    if not url_has_allowed_host_and_scheme(follow, allowed_hosts=None) or not follow.startswith(HOME):
        follow = HOME
    if request.method != "POST":
        return page(request, "log_in", {"next": follow})
    name, now = request.POST.get("name", ""), datetime.now(UTC)
    if not throttle.is_open(name, now):
        return page(request, "log_in", {"next": follow, "trouble": "slow", "typed": name[:60]}, status=429)
    account = authenticate(request, username=name, password=request.POST.get("password", ""))
    if account is None:
        throttle.failed(name, now)
        return page(request, "log_in", {"next": follow, "trouble": "wrong", "typed": name[:60]}, status=403)
    login(request, account)
    return HttpResponseRedirect(follow)


@staff_page
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """The log-out; a POST, since it changes something."""
    logout(request)
    return HttpResponseRedirect(LOG_IN)


@gate_page
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Set a password by the link that the command line gave."""
    account = acts.by_link(key, token)
    if account is None:
        return page(request, "password", {"trouble": "set_dead"}, status=404)
    if request.method != "POST":
        return page(request, "password", {})
    new, again = request.POST.get("password", ""), request.POST.get("again", "")
    if new != again:
        return page(request, "password", {"trouble": "differ"}, status=400)
    try:
        acts.set_password(account, new)
    except WeakPassword:
        return page(request, "password", {"trouble": "weak"}, status=400)
    return page(request, "log_in", {"next": HOME, "notice": "set_done"})


@members_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who is logged in, and what the account may do."""
    edition = editions.site_for(request.get_host())
    account = request.user
    ids = account.purposes if isinstance(account, Staff) else []
    context: Context = {"account": account, "purposes": _purposes(request, ids, edition)}
    if edition is not None:
        context |= {
            "read": f"/staff/statement/{_spoken(language_of(request), edition)}",
            "is_public": edition.policy.publish == "full",
            "tries": any(form.kind == "trial" and form.purpose in ids for form in edition.policy.forms.values()),
            "answers": not set(enquiries.purposes(edition.policy)).isdisjoint(ids),
        }
    return page(request, "home", context)


def _purposes(request: HttpRequest, ids: Sequence[str], edition: Edition | None) -> list[str]:
    language = language_of(request)
    declared = edition.policy.purposes if edition else {}
    return [
        say(declared[id_].name, _spoken(language, edition))
        if edition and id_ in declared
        else words(language).say("staff.unknown_purpose", id=id_)
        for id_ in ids
    ]


def _spoken(language: str, edition: Edition) -> str:
    """The language itself where the site speaks it, else the site's first."""
    return language if language in edition.policy.languages else edition.policy.languages[0]


def language_of(request: HttpRequest) -> str:
    """The account's language, else what the browser asks for, among all there are words for."""
    account = request.user
    offered = languages()
    if isinstance(account, Staff) and account.language in offered:
        return account.language
    wishes = (
        part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")
    )
    return next((wish for wish in wishes if wish in offered), "en" if "en" in offered else offered[0])


def page(request: HttpRequest, name: str, context: Context, status: int = 200) -> HttpResponse:
    """A staff page in the reader's language, in the frame that all have."""
    edition = editions.site_for(request.get_host())
    around = {
        "language": language_of(request),
        "site_name": edition.policy.name if edition else "Zweck",
        "account": request.user if isinstance(request.user, Staff) else None,
        "least": acts.LEAST_PASSWORD,
    }
    return render(request, f"console/{name}.html", around | context, status=status)
