"""A form that nothing follows: what was sent is kept for its purpose, and that is all."""

from datetime import datetime, timedelta

from zweck.policy.model import Policy
from zweck.vault import acts as vault
from zweck.vault.values import Collecting, Submission, Taken


def take(submission: Submission) -> Taken:
    """Collect what was sent. A retention that begins with the sending ends the grant by itself."""
    policy = submission.edition.policy
    purpose = policy.purposes[submission.purpose]
    wanted = Collecting(
        site=submission.site,
        place=submission.place,
        purpose=submission.purpose,
        basis=str(purpose.basis),
        edition=submission.edition.number,
        text_sha256=submission.text_sha256,
        data=submission.data,
        until=_until(policy, submission.purpose, submission.now),
        evidence={"form": submission.form, "language": submission.language},
    )
    vault.collect(wanted, submission.now)
    return Taken(mails=False)


def _until(policy: Policy, purpose: str, now: datetime) -> datetime | None:
    """The end of the shortest period that is counted from the event itself; None where none is."""
    record = policy.purposes[purpose].retention
    days = [
        rule.days
        for rule in policy.retention
        if (purpose in rule.purposes or (rule.record == record and not rule.purposes))
        and rule.days is not None
        and rule.counted_from == "event"
    ]
    return now + timedelta(days=min(days)) if days else None
