"""What may lie on a visitor's device: held against the policy's table of technologies."""

import re
from collections.abc import Iterable, Iterator

from zweck.eye.values import Stored
from zweck.policy.model import Policy, Technology

_DAY_SECONDS = 86_400
# Between the answer and our look a little time has passed, and clocks are read in whole seconds.
_GRACE_SECONDS = 120
_STORAGES = {"service-worker": "cache"}


def declared(policy: Policy, kind: str, name: str) -> Technology | None:
    """The entry of the table that this is; None = the table does not list it."""
    wanted = _STORAGES.get(kind, kind)
    return next((t for t in policy.technologies.values() if t.kind == wanted and fits(name, t.name)), None)


def fits(name: str, pattern: str) -> bool:
    """Whether a name is this one; `*` in the pattern stands for any signs."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def wrongs(policy: Policy, stored: Iterable[Stored], *, only_essential: bool) -> Iterator[str]:
    """What lies there and should not, or longer than the table says."""
    for one in stored:
        entry = declared(policy, one.kind, one.name)
        if entry is None:
            yield f"{one.kind} {one.name}: not in the table"
        elif only_essential and not entry.essential:
            yield f"{one.kind} {one.name}: not essential"
        elif too_long := _too_long(one, entry):
            yield f"{one.kind} {one.name}: {too_long}"


def _too_long(one: Stored, entry: Technology) -> str:
    asked, days = one.lifetime_seconds, entry.lifetime_days
    if one.kind != "cookie" or asked is None or days is None:
        return ""
    if days == 0:
        return f"asked for {asked // _DAY_SECONDS} days, the table says with the session"
    if asked > days * _DAY_SECONDS + _GRACE_SECONDS:
        return f"asked for {asked // _DAY_SECONDS} days, the table says {days}"
    return ""
