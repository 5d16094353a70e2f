"""When a period of a policy's retention is over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from zweck.policy.model import Policy, Retention

MAIL_RECORD = "mail"  # the class of records for what became of mails
# The shortest period for it: a question waits for its answer for up to 30 days, and the proof of a consent quotes from
# the letter that asked.
MAIL_LEAST_DAYS = 31


def over_at(policy: Policy, purpose: str, start: datetime) -> datetime | None:
    """The moment from which data of a purpose are no longer kept, counted from what starts the period.

    Where several jurisdictions have a period of their own, the longest. None where the policy names none.
    """
    declared = policy.purposes.get(purpose)
    rules = [
        rule
        for rule in policy.retention
        if (purpose in rule.purposes if rule.purposes else declared is not None and rule.record == declared.retention)
    ]
    return max((_over(rule, start, ZoneInfo(policy.time_zone)) for rule in rules), default=None)


def kept_until(policy: Policy, record: str, start: datetime) -> datetime | None:
    """The same for a class of records; None where the policy names no period for it."""
    zone = ZoneInfo(policy.time_zone)
    return max((_over(rule, start, zone) for rule in policy.retention if rule.record == record), default=None)


def _over(rule: Retention, start: datetime, zone: ZoneInfo) -> datetime:
    begin = start.astimezone(zone)
    if rule.counted_from == "end-of-year":
        begin = datetime(begin.year + 1, 1, 1, tzinfo=zone)
    # A day that the last year lacks (29 February) counts as the next one.
    month = datetime(begin.year + (rule.years or 0), begin.month, 1, tzinfo=zone)
    there = month + timedelta(days=begin.day - 1 + (rule.days or 0), hours=begin.hour, minutes=begin.minute)
    return (there + timedelta(seconds=begin.second, microseconds=begin.microsecond)).astimezone(UTC)
