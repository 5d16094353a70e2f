"""Who may read enquiries: accounts that list a purpose under which the site takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from zweck.console.models import Staff
from zweck.console.views import language_of, members_only, page
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.enquiries import acts as enquiries
from zweck.policy.texts import say

Parts = ParamSpec("Parts")


@dataclass(frozen=True, slots=True)
class Desk:
    """A site whose enquiries an account may read, at a moment. `purposes`: those of them that it lists."""

    edition: Edition
    account: Staff
    purposes: tuple[str, ...]
    now: datetime

    @property
    def site(self) -> str:
        """The site's id."""
        return self.edition.site

    @property
    def by(self) -> str:
        """The account as records name it."""
        return f"staff:{self.account.pk}"


def may_read(account: Staff, edition: Edition | None) -> tuple[str, ...]:
    """The purposes of enquiries that an account lists; none on a site that takes no enquiries."""
    taken = enquiries.purposes(edition.policy) if edition else ()
    return tuple(purpose for purpose in taken if purpose in account.purposes)


def answerers_only(
    view: Callable[Concatenate[HttpRequest, Desk, Parts], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page for accounts that may read enquiries; the others are told calmly what is missing."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Parts.args, **parts: Parts.kwargs) -> HttpResponseBase:
        edition = editions.site_for(request.get_host())
        taken = enquiries.purposes(edition.policy) if edition else ()
        if edition is None or not taken:
            return page(request, "enquiries/closed", {"why": "not_taken"}, status=404)
        account = request.user
        own = may_read(account, edition) if isinstance(account, Staff) else ()
        if not isinstance(account, Staff) or not own:
            named = purpose_name(edition, taken[0], language_of(request))
            return page(request, "enquiries/closed", {"why": "not_yours", "purpose": named}, status=403)
        return view(request, Desk(edition, account, own, datetime.now(UTC)), *args, **parts)

    return members_only(guarded)


def purpose_name(edition: Edition, purpose: str, language: str) -> str:
    """A purpose as people call it; its id where it is declared no longer."""
    policy = edition.policy
    known = policy.purposes.get(purpose)
    return say(known.name, spoken(edition, language)) if known else purpose


def spoken(edition: Edition, language: str) -> str:
    """The language itself where the site speaks it, else the site's first."""
    return language if language in edition.policy.languages else edition.policy.languages[0]
