"""Looks at pages through a real browser; audits a whole site."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zweck.eye.browsing import Eye, Visitor, find_browser, look
from zweck.policy.model import Policy

if TYPE_CHECKING:
    from zweck.eye.report.audited import Audited

__all__ = ["Eye", "Mission", "Visitor", "as_html", "as_json", "audit", "find_browser", "look"]

# What audits is imported where it is used: a start of the service, which only looks, need not wait a tenth of a second.


@dataclass(frozen=True, slots=True)
class Mission:
    """What to audit, and what to hold it against."""

    url: str
    pages: int = 20
    allow_private: bool = False
    policy: Policy | None = None
    policy_name: str | None = None


def audit(mission: Mission) -> "Audited":
    """Audit a site as `zweck audit` does, without a word meanwhile. Raises CannotLook."""
    from zweck.eye.auditing import Order  # noqa: PLC0415  (see above)
    from zweck.eye.auditing import audit as carry_out  # noqa: PLC0415
    from zweck.eye.crawl import Plan  # noqa: PLC0415

    plan = Plan(mission.url, mission.pages, allow_private=mission.allow_private)
    return carry_out(Order(plan, mission.policy, mission.policy_name), lambda _step, _audited: None)


def as_html(audited: "Audited", language: str) -> str:
    """The report as one HTML file."""
    from zweck.eye.report.page import as_html as write  # noqa: PLC0415  (see above)

    return write(audited, language)


def as_json(audited: "Audited") -> str:
    """The report as JSON."""
    from zweck.eye.report.data import as_json as write  # noqa: PLC0415  (see above)

    return write(audited)
