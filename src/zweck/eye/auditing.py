"""One audit from its order to what a report is made of: look, judge after every page, judge the whole."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import urlsplit

from zweck.eye.browsing import Eye
from zweck.eye.catalogue.lookup import Catalogue, load
from zweck.eye.crawl import Plan, Step, crawl
from zweck.eye.errors import CannotLook
from zweck.eye.judging.judge import judge
from zweck.eye.judging.prose import read_prose
from zweck.eye.report.audited import Audited
from zweck.eye.report.codes import UNSETTLED
from zweck.eye.values import NOTHING_TO_SEE, Profile, Seen, Stop, Visit
from zweck.policy.model import Policy

_STATEMENT = re.compile(r"datenschutz|privacy|data.?protection", re.IGNORECASE)
# A page of this name with less text leads to the statement, or says that there is none.
_LEAST_STATEMENT = 800


@dataclass(frozen=True, slots=True)
class Order:
    """What to look at and what to hold it against. `statement`: the text of an existing one; "" = what is found."""

    plan: Plan
    policy: Policy | None = None
    policy_name: str | None = None
    statement: str = ""
    statement_name: str | None = None


def audit(order: Order, tell: Callable[[Step, Audited], None]) -> Audited:
    """Carry out an order. Raises CannotLook, CatalogueRefused.

    `tell` hears of every step, with what is found by then, from one thread at a time.
    """
    catalogue = load()
    meanwhile = _Meanwhile(order, catalogue)
    seen = crawl(order.plan, lambda step: tell(step, meanwhile.judged(step.seen)))
    return judged(order, seen, catalogue, is_whole=True)


class _Meanwhile:
    """Judges while the look goes on, in a fifth of the time at most: the more was seen, the longer judging takes."""

    def __init__(self, order: Order, catalogue: Catalogue) -> None:
        self._order, self._catalogue = order, catalogue
        self._last: Audited | None = None
        self._again_at = 0.0

    def judged(self, seen: Seen) -> Audited:
        began = monotonic()
        if self._last is not None and began < self._again_at:
            return replace(self._last, seen=seen)
        self._last = judged(self._order, seen, self._catalogue)
        ended = monotonic()
        self._again_at = ended + 4 * (ended - began)
        return self._last


def judged(order: Order, seen: Seen, catalogue: Catalogue, is_whole: bool = False) -> Audited:
    """What was seen with what is found in it.

    `is_whole`: then the site's own statement is read, where neither one nor a policy was named.
    """
    text, name = order.statement, order.statement_name
    if is_whole and not text and order.policy is None and (page := statement_page(seen)):
        text, name = page.text, page.landed or page.url
    prose = read_prose(text, catalogue) if text else None
    findings = judge(seen, order.policy, catalogue, prose)
    if "interrupted" in seen.partly:  # what was missing by then may have been on the next page
        findings = tuple(one for one in findings if one.code not in UNSETTLED)
    return Audited(seen, findings, order.policy_name, name if text else None, catalogue)


def statement_page(seen: Seen) -> Visit | None:
    """The page that is most likely the site's privacy statement: of those called so, the longest."""
    called = [visit for visit in _visits(seen) if len(visit.text) >= _LEAST_STATEMENT and _is_called_so(visit)]
    return max(called, key=lambda visit: len(visit.text), default=None)


def text_at(url: str, allow_private: bool) -> str:
    """The text of a page elsewhere, through a browser as everything else. Raises CannotLook."""
    with Eye(allow_private=allow_private) as eye, eye.visitor(Profile()) as visitor:
        visit = visitor.visit(Stop(url, reads="all"))
    if visit.trouble in NOTHING_TO_SEE or not visit.text:
        raise CannotLook(f"{url}: no statement could be read there ({visit.trouble or 'no text'})")
    return visit.text


def _visits(seen: Seen) -> Iterable[Visit]:
    return (visit for walk in seen.walks for visit in walk.visits)


def _is_called_so(visit: Visit) -> bool:
    try:
        path = urlsplit(visit.landed or visit.url).path
    except ValueError:
        path = ""
    return bool(_STATEMENT.search(path) or _STATEMENT.search(visit.title))
