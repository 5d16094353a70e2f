"""The list of trials and one trial. The list names nobody; who opens a trial reads it for its purpose, recorded."""

import re
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
from zweck.console.trials.spoken import trouble_said
from zweck.console.views import Context, language_of, members_only, page
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.model import Policy
from zweck.policy.texts import say
from zweck.policy.words import Words, words
from zweck.trials import acts as trials
from zweck.trials.errors import NoTrial
from zweck.trials.values import STATES, State, Trial, Where
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted
from zweck.vault.values import Reading

TRIALS = "/staff/trials"
NOWHERE = "-"  # in an address, the place of a policy that names none
_NUMBER = re.compile(r"[0-9]{1,18}")
SHOWN = ("name", "email", "organisation")


@dataclass(frozen=True, slots=True)
class Desk:
    """A site whose trials an account may look at, at a moment. `purposes`: those of them that it lists."""

    edition: Edition
    account: Staff
    purposes: tuple[str, ...]
    texts: Words
    now: datetime

    @property
    def places(self) -> tuple[str, ...]:
        """Where trials may rest; one without a name where the policy names none."""
        declared = self.edition.policy.purposes
        return tuple(dict.fromkeys(place for one in self.purposes for place in declared[one].places)) or ("",)

    def where(self, place: str) -> Where:
        """The trials that this account may look at in a place."""
        return Where(self.edition.site, place, self.purposes)

    def day(self, moment: datetime | None) -> str:
        """A day in the site's time zone."""
        zone = ZoneInfo(self.edition.policy.time_zone)
        return self.texts.date(moment.astimezone(zone).date()) if moment else ""

    def place(self, place: str) -> str:
        """A place as the policy calls it."""
        known = self.edition.policy.places.get(place)
        return self.text(known.name) if known else place

    def text(self, text: str | dict[str, str]) -> str:
        """A declared text, in the reader's language where the site speaks it."""
        language, spoken = self.texts.language, self.edition.policy.languages
        return say(text, language if language in spoken else spoken[0])


def of_trials(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page for accounts that list the purpose of the trials; the others are told that it is not theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponse:
        edition, account = editions.site_for(request.get_host()), request.user
        found = purposes(edition.policy) if edition else ()
        if edition is None or not found:
            raise Http404("no form of this site starts a trial")
        own = tuple(one for one in found if isinstance(account, Staff) and one in account.purposes)
        if not isinstance(account, Staff) or not own:
            return page(request, "trials/closed", {}, status=403)
        desk = Desk(edition, account, own, words(language_of(request)), datetime.now(UTC))
        return view(request, desk, **parts)

    return members_only(guarded)


def purposes(policy: Policy) -> tuple[str, ...]:
    """The purposes for which forms of this policy start trials."""
    return tuple(dict.fromkeys(form.purpose for form in policy.forms.values() if form.kind == "trial"))


@of_trials
@require_safe
def every_trial(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How far each trial is, by place, the newest of them; `?place=…&before=…` goes on from there. Names nobody."""
    wanted, before = request.GET.get("place", ""), request.GET.get("before", "")
    place = "" if wanted == NOWHERE else wanted
    if not wanted:
        return page(request, "trials/list", {"places": [_in_place(desk, one) for one in desk.places]})
    if place not in desk.places or not _NUMBER.fullmatch(before):
        raise Http404("no such part of the list")
    context: Context = {"places": [_in_place(desk, place, int(before))], "is_part": True}
    return page(request, "trials/list", context)


def _in_place(desk: Desk, place: str, before: int | None = None) -> Context:
    where, name = desk.where(place), desk.place(place)
    try:
        counts = trials.counted(where)
        rows = trials.listed(where, before)
        # What waits for somebody must not be looked for on later pages.
        stuck = trials.listed(where, state="stuck") if before is None and counts.get("stuck") else ()
    except DatabaseError:
        return {"name": name, "is_away": True}
    older = f"{TRIALS}?place={place or NOWHERE}&before={rows[-1].number}" if len(rows) == trials.LISTED else ""
    return {
        "name": name,
        "counts": [_count(desk, state, counts[state]) for state in STATES.values() if state in counts],
        "stuck": [_row(desk, one) for one in stuck],
        "rows": [_row(desk, one) for one in rows if one.state != "stuck" or before is not None],
        "older": older,
    }


def _count(desk: Desk, state: State, n: int) -> str:
    return desk.texts.say("staff.trials.count", number=n, state=desk.texts.say(f"staff.trials.state.{state}"))


def _row(desk: Desk, one: Trial) -> Context:
    say_ = desk.texts.say
    several = len(desk.purposes) > 1
    return {
        "href": f"{TRIALS}/{one.subject.place or NOWHERE}/{one.ident}",
        "short": one.ident[:8],
        "state": say_(f"staff.trials.state.{one.state}"),
        "is_stuck": one.is_waiting_for_us,
        "purpose": desk.text(desk.edition.policy.purposes[one.purpose].name) if several else "",
        "made": desk.day(one.made_at),
        "ends": say_("staff.trials.ends", date=desk.day(one.ends_at)) if one.ends_at else "",
        "currency": one.currency,
        "trouble": trouble_said(one.trouble, desk.texts),
    }


@of_trials
@require_http_methods(["GET", "HEAD", "POST"])
def one_trial(request: HttpRequest, desk: Desk, place: str, ident: str) -> HttpResponse:
    """One trial and whose it is; its button asks the data centre once more."""
    wanted = "" if place == NOWHERE else place
    if wanted not in desk.places:
        raise Http404("no such place")
    where = desk.where(wanted)
    try:
        if request.method == "POST":
            trials.retry(where, ident, desk.now)
            return HttpResponseRedirect(f"{TRIALS}/{place}/{ident}")
        found = trials.one(where, ident)
    except NoTrial:
        raise Http404("no such trial, or not to be set up") from None
    context: Context = {"row": _row(desk, found), "place": desk.place(wanted), "who": _who(desk, found)}
    return page(request, "trials/one", context)


def _who(desk: Desk, one: Trial) -> list[tuple[str, str]]:
    """Whose trial it is, read for its purpose and recorded; nothing while it is not confirmed."""
    policy = desk.edition.policy
    fields = tuple(name for name in SHOWN if name in policy.purposes[one.purpose].data)
    wanted = Reading(one.subject, one.purpose, fields, f"staff:{desk.account.pk}", "looking into a trial")
    try:
        found = vault.read(wanted, desk.now)
    except NotPermitted:
        return []
    return [(desk.text(policy.data[name].name), found[name]) for name in fields if name in found]
