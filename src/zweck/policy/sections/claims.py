"""The operator's general sentences: where a section says what is claimed, it looks here."""

from zweck.policy.claims import Claim, ClaimName
from zweck.policy.model import Policy


def claims_of(policy: Policy, name: ClaimName) -> tuple[Claim, ...]:
    """All claims of this name, in declared order."""
    return tuple(one for one in policy.claims if one.says == name)


def claim(policy: Policy, name: ClaimName, system: str | None = None) -> Claim | None:
    """The claim of this name (and of this system, where one is given), if the operator makes it."""
    for one in policy.claims:
        if one.says == name and system in (None, one.system):
            return one
    return None


def claimed(policy: Policy, name: ClaimName, system: str | None = None) -> bool:
    """Whether the operator makes this claim."""
    return claim(policy, name, system) is not None
