"""What the room needs to know of a policy, worked out once: a request has 15 microseconds for its choice."""

from collections.abc import Mapping
from dataclasses import dataclass

from zweck.policy.model import Policy
from zweck.policy.reading.choices import BROWSER_DAYS, COOKIE, answerable, asked, code

_KEPT = 64
_known: dict[int, "Facts"] = {}


@dataclass(frozen=True, slots=True)
class Facts:
    """A policy, seen from the visitor's device."""

    policy: Policy
    asked: tuple[str, ...]  # purposes that need a yes
    codes: Mapping[str, str]  # purpose id -> code in the cookie
    purposes: Mapping[str, str]  # code -> purpose id
    measurement: str | None  # id of the purpose with an opt-out
    honours_signals: bool
    opt_out_days: int
    cookie_days: int
    http_only: bool


def facts(policy: Policy) -> Facts:
    """The facts of a policy; the same object for the same policy."""
    found = _known.get(id(policy))
    # The policy is held by its facts, so that its id cannot come to mean another one.
    if found is None or found.policy is not policy:
        found = _read(policy)
        if len(_known) >= _KEPT:
            _known.clear()
        _known[id(policy)] = found
    return found


def _read(policy: Policy) -> Facts:
    cookie = next((t for t in policy.technologies.values() if t.name == COOKIE and t.kind == "cookie"), None)
    measurement = policy.systems.measurement
    codes = {id_: code(policy.site, id_) for id_ in answerable(policy)}
    days = cookie.lifetime_days if cookie and cookie.lifetime_days is not None else BROWSER_DAYS
    return Facts(
        policy=policy,
        asked=asked(policy),
        codes=codes,
        purposes={value: key for key, value in codes.items()},
        measurement=measurement.purpose if measurement else None,
        honours_signals=bool(measurement and measurement.honours_signals),
        opt_out_days=min((measurement and measurement.opt_out_days) or BROWSER_DAYS, BROWSER_DAYS),
        cookie_days=min(days, BROWSER_DAYS),
        http_only=bool(cookie and cookie.http_only),
    )
