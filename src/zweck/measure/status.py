"""Whether a request is measured, and why. Pure: pages, hit path and proofs all ask here."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from zweck.consent import acts as consent
from zweck.consent.values import Visitor
from zweck.measure.values import Status
from zweck.policy.model import Policy
from zweck.policy.systems import Measurement


def status(policy: Policy, visitor: Visitor, path: str, now: datetime) -> Status:
    """Whether this visitor is measured on this path, and what decides it. `path`: empty asks about the whole site."""
    measurement = policy.systems.measurement
    if measurement is None:
        return Status(measured=False, because="nothing")
    if measurement.provider is not None:
        return Status(measured=False, because="provider")
    if measurement.excluded_paths and is_excluded(path, measurement.excluded_paths):
        return Status(measured=False, because="path")
    return permitted(policy, measurement, visitor, now)


def permitted(policy: Policy, measurement: Measurement, visitor: Visitor, now: datetime) -> Status:
    """What the visitor's choice and browser say of measurement."""
    permit = consent.permit(policy, visitor, measurement.purpose or "", now)
    if permit.ground != "not-asked":
        return Status(permit.allows, permit.ground, permit.until)
    # A purpose that is not declared can be given no yes.
    if measurement.permission == "consent":
        return Status(measured=False, because="unasked")
    return Status(measured=True, because="lawful")


def is_excluded(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path fits one of these patterns."""
    return any(fits(path, pattern) for pattern in patterns)


def fits(path: str, pattern: str) -> bool:
    """Whether a path is this one; `*` in the pattern stands for any signs, none and slashes included."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
