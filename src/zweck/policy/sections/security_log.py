"""The security log: what is in it, who may look, and when it goes."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claims_of
from zweck.policy.sentences import Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Entries, purpose, guard, end, and how an address may be traced."""
    log = policy.systems.security_log
    if log is None:
        return
    yield pen.write("log.addresses", log.addresses)
    yield pen.write("log.purpose")
    if log.break_glass:
        yield pen.write("log.guarded")
    if log.days is not None:
        yield pen.write("log.days", duration=pen.words.span(log.days, "days"))
    if any(one.system in (None, "security_log") for one in claims_of(policy, "no-activity-profiles")):
        yield pen.write("log.no-profiles")
    yield pen.write("log.no-other-use")
    if log.trace_through_authority:
        yield pen.write("log.trace-needed")
        yield pen.write("log.trace-authority")
