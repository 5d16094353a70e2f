"""Which purposes of a site are marketing: those that rest on consent, each given by answering a mail."""

from zweck.mailing.errors import NotMarketing
from zweck.policy.model import Policy


def marketing(policy: Policy) -> tuple[str, ...]:
    """Their ids, in declared order."""
    return tuple(id_ for id_, one in policy.purposes.items() if one.basis == "consent" and one.opt_in == "double")


def check(policy: Policy, purpose: str) -> None:
    """Raises NotMarketing for any other purpose."""
    if purpose not in marketing(policy):
        raise NotMarketing("not-marketing", f"{purpose!r} is no purpose whose consent is confirmed by mail")
