"""Whether a request is measured, and why. Pure: pages, hit path and proofs all ask here."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from zweck.consent.values import Answer, Visitor
from zweck.measure.values import Because, Status
from zweck.policy.model import Policy
from zweck.policy.systems import Measurement

REFUSALS: dict[str, Because] = {"no": "no", "out": "out"}


def status(policy: Policy, visitor: Visitor, path: str, now: datetime) -> Status:
    """Whether this visitor is measured on this path, and what decides it. `path`: empty asks about the whole site."""
    measurement = policy.systems.measurement
    if measurement is None:
        return Status(measured=False, because="nothing")
    if measurement.provider is not None:
        return Status(measured=False, because="provider")
    if is_excluded(path, measurement.excluded_paths):
        return Status(measured=False, because="path")
    return permitted(measurement, visitor, now)


def permitted(measurement: Measurement, visitor: Visitor, now: datetime) -> Status:
    """What the visitor's choice and browser say of measurement.

    A choice that still counts outweighs the browser's signal, as it was made for this site; a choice that was taken
    back, or a refusal whose time is over, is no permission under any rule.
    """
    if visitor.is_withdrawn:
        return Status(measured=False, because="withdrawn")
    answer = _answer(measurement, visitor)
    if answer is not None and answer.until > now:
        return Status(answer.said == "yes", REFUSALS.get(answer.said, "yes"), answer.until)
    asks = measurement.permission == "consent"
    if visitor.signals.gpc and (asks or measurement.honours_signals):
        return Status(measured=False, because="gpc")
    if visitor.signals.dnt and measurement.honours_signals:
        return Status(measured=False, because="dnt")
    if answer is not None and (asks or answer.said != "yes"):
        return Status(measured=False, because="expired", until=answer.until)
    return Status(measured=False, because="unasked") if asks else Status(measured=True, because="lawful")


def _answer(measurement: Measurement, visitor: Visitor) -> Answer | None:
    if visitor.choice is None or measurement.purpose is None:
        return None
    return visitor.choice.answers.get(measurement.purpose)


def is_excluded(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path fits one of these patterns."""
    return any(fits(path, pattern) for pattern in patterns)


def fits(path: str, pattern: str) -> bool:
    """Whether a path is this one; `*` in the pattern stands for any signs, none and slashes included."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
