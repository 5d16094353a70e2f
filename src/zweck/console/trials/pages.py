"""The list of trials and one trial. The list names nobody; who opens a trial reads it for its purpose, recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from zweck.console.models import Staff
from zweck.console.views import Context, language_of, members_only, page
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.texts import say
from zweck.policy.words import Words, words
from zweck.trials import acts as trials
from zweck.trials.errors import NoTrial
from zweck.trials.values import Trial
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted
from zweck.vault.values import Reading

TRIALS = "/staff/trials"
NOWHERE = "-"  # in an address, the place of a policy that names none
SHOWN = ("name", "email", "organisation")


@dataclass(frozen=True, slots=True)
class Desk:
    """A site whose trials an account may look at, at a moment."""

    edition: Edition
    account: Staff
    purpose: str
    texts: Words
    now: datetime

    @property
    def places(self) -> tuple[str, ...]:
        """Where trials may rest; one without a name where the policy names none."""
        return tuple(self.edition.policy.purposes[self.purpose].places) or ("",)

    def day(self, moment: datetime | None) -> str:
        """A day in the site's time zone."""
        zone = ZoneInfo(self.edition.policy.time_zone)
        return self.texts.date(moment.astimezone(zone).date()) if moment else ""

    def place(self, place: str) -> str:
        """A place as the policy calls it."""
        language, known = self.texts.language, self.edition.policy.places.get(place)
        spoken = language if language in self.edition.policy.languages else self.edition.policy.languages[0]
        return say(known.name, spoken) if known else place


def of_trials(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page for accounts that list the purpose of the trials; the others are told that it is not theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponse:
        edition, account = editions.site_for(request.get_host()), request.user
        found = [form.purpose for form in edition.policy.forms.values() if form.kind == "trial"] if edition else []
        if edition is None or not found:
            raise Http404("no form of this site starts a trial")
        if not isinstance(account, Staff) or found[0] not in account.purposes:
            return page(request, "trials/closed", {}, status=403)
        desk = Desk(edition, account, found[0], words(language_of(request)), datetime.now(UTC))
        return view(request, desk, **parts)

    return members_only(guarded)


@of_trials
@require_safe
def every_trial(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How far each trial is, by place. Names nobody."""
    return page(request, "trials/list", {"places": [_in_place(desk, place) for place in desk.places]})


def _in_place(desk: Desk, place: str) -> Context:
    try:
        rows = [_row(desk, one) for one in trials.all_of(desk.edition.site, place)]
    except DatabaseError:
        return {"name": desk.place(place), "is_away": True, "rows": []}
    return {"name": desk.place(place), "is_away": False, "rows": rows}


def _row(desk: Desk, one: Trial) -> Context:
    say_ = desk.texts.say
    return {
        "href": f"{TRIALS}/{one.subject.place or NOWHERE}/{one.ident}",
        "short": one.ident[:8],
        "state": say_(f"staff.trials.state.{one.state}"),
        "is_stuck": one.is_waiting_for_us,
        "made": desk.day(one.made_at),
        "ends": say_("staff.trials.ends", date=desk.day(one.ends_at)) if one.ends_at else "",
        "currency": one.currency,
        "trouble": one.trouble,
    }


@of_trials
@require_http_methods(["GET", "HEAD", "POST"])
def one_trial(request: HttpRequest, desk: Desk, place: str, ident: str) -> HttpResponse:
    """One trial and whose it is; its button asks the data centre once more."""
    where = "" if place == NOWHERE else place
    if where not in desk.places:
        raise Http404("no such place")
    found = next((one for one in trials.all_of(desk.edition.site, where) if one.ident == ident), None)
    if found is None:
        raise Http404("no such trial")
    if request.method == "POST":
        try:
            trials.retry(desk.edition.site, where, ident, desk.now)
        except NoTrial:
            raise Http404("not to be set up") from None
        return HttpResponseRedirect(f"{TRIALS}/{place}/{ident}")
    context: Context = {"row": _row(desk, found), "place": desk.place(where), "who": _who(desk, found)}
    return page(request, "trials/one", context)


def _who(desk: Desk, one: Trial) -> list[tuple[str, str]]:
    """Whose trial it is, read for its purpose and recorded; nothing while it is not confirmed."""
    policy = desk.edition.policy
    fields = tuple(name for name in SHOWN if name in policy.purposes[desk.purpose].data)
    wanted = Reading(one.subject, desk.purpose, fields, f"staff:{desk.account.pk}", "looking into a trial")
    try:
        found = vault.read(wanted, desk.now)
    except NotPermitted:
        return []
    language = desk.texts.language if desk.texts.language in policy.languages else policy.languages[0]
    return [(say(policy.data[name].name, language), found[name]) for name in fields if name in found]
