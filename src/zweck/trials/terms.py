"""How long a trial takes, and when each thing is due: by the policy in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zweck.policy.model import Policy
from zweck.policy.systems import Trials

PENDING = timedelta(hours=48)  # for the confirmation
SET_UP_WITHIN = timedelta(days=14)  # or it is given up, and the data go
LAST_MAIL = timedelta(days=1)  # before the data go: time for the mail that says so
LOOK = timedelta(days=1)  # at least so often a running trial is looked at
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Terms:
    """When a trial that begins now ends, when its notice is due, and when its data go."""

    ends_at: datetime
    notice_at: datetime
    deletes_at: datetime


def terms(policy: Policy, purpose: str, begins: datetime) -> Terms:
    """The terms of a trial under a policy. Data go once the period of its purpose has passed after the end."""
    said = policy.systems.trials or Trials()
    ends_at = begins + timedelta(days=said.days)
    return Terms(ends_at, ends_at - timedelta(days=said.notice_days), ends_at + kept_for(policy, purpose))


def last_moment(ends_at: datetime, deletes_at: datetime) -> datetime:
    """When the data go whether or not the last mail has left: as was said, or a day after an end that came at once."""
    return max(deletes_at, ends_at + LAST_MAIL)


def kept_for(policy: Policy, purpose: str) -> timedelta:
    """How long the data of a trial stay after its end: the shortest period the policy names, else not at all."""
    record = policy.purposes[purpose].retention
    periods = [
        timedelta(days=one.days) if one.days is not None else _YEAR * (one.years or 0)
        for one in policy.retention
        if one.record == record and (not one.purposes or purpose in one.purposes)
    ]
    return min(periods, default=timedelta())
