"""The operator's general sentences: where a section says what is claimed, it looks here."""

from zweck.policy.claims import Claim, ClaimName
from zweck.policy.model import Policy


def claim(policy: Policy, name: ClaimName, system: str | None = None) -> Claim | None:
    """The claim of this name (and of this system, where one is given), if the operator makes it."""
    for one in policy.claims:
        if one.says == name and (system is None or one.system == system):
            return one
    return None


def claimed(policy: Policy, name: ClaimName, system: str | None = None) -> bool:
    """Whether the operator makes this claim."""
    return claim(policy, name, system) is not None
