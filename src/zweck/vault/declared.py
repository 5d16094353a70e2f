"""What the policy in force lets be collected: the door refuses everything else before it is stored."""

import time

from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.policy.model import Policy
from zweck.vault.errors import NotDeclared
from zweck.vault.values import Collecting

FRESH_SECONDS = 1.0
_known: dict[str, tuple[float, Policy]] = {}
_allowed: dict[tuple[str, str], tuple[Policy, frozenset[str] | None]] = {}


def policy_of(site: str) -> Policy:
    """The policy in force, as of the last second. Raises NotDeclared where there is none."""
    found = _known.get(site)
    if found is None or time.monotonic() - found[0] > FRESH_SECONDS:
        try:
            found = (time.monotonic(), editions.current(site).policy)
        except NoEdition:
            raise NotDeclared("no-edition", f"{site}: no policy is in force; activate one first") from None
        _known[site] = found
    return found[1]


def admit(wanted: Collecting) -> None:
    """See that purpose, basis and every datum are declared. Raises NotDeclared, naming what to declare."""
    see(policy_of(wanted.site), wanted)


def see(policy: Policy, wanted: Collecting) -> None:
    """The same, under a given policy."""
    purpose = policy.purposes.get(wanted.purpose)
    if purpose is None:
        raise NotDeclared(
            "no-purpose",
            f"{wanted.purpose}: the policy of {wanted.site} has no [purposes.{wanted.purpose}]; declare it",
        )
    if purpose.basis != wanted.basis:
        raise NotDeclared(
            "basis", f"{wanted.purpose}: the policy of {wanted.site} declares the basis {purpose.basis}; use that one"
        )
    see_data(policy, wanted.purpose, tuple(wanted.data))
    if policy.places and wanted.place and wanted.place not in (purpose.places or policy.places):
        raise NotDeclared(
            "place", f"{wanted.purpose}: the policy of {wanted.site} does not let it rest in {wanted.place}; "
            f"add the place to [purposes.{wanted.purpose}] places"
        )  # fmt: skip


def see_data(policy: Policy, purpose: str, names: tuple[str, ...]) -> None:
    """See that every datum is declared for the purpose. Raises NotDeclared, naming what to declare."""
    allowed = policy.purposes[purpose].data if purpose in policy.purposes else []
    for name in names:
        if name not in policy.data or name not in allowed:
            raise NotDeclared(
                "no-datum", f"{purpose}: the policy of {policy.site} does not declare this datum for it; add its id to "
                f"[data] and to [purposes.{purpose}] data"
            )  # fmt: skip


def allows(site: str, purpose: str) -> frozenset[str] | None:
    """The data that the purpose may hold, under the policy in force; None where it has no such purpose."""
    try:
        policy = policy_of(site)
    except NotDeclared:
        return None
    found = _allowed.get((site, purpose))
    if found is None or found[0] is not policy:
        declared = policy.purposes.get(purpose)
        found = _allowed[site, purpose] = (policy, None if declared is None else frozenset(declared.data))
    return found[1]


def forget() -> None:
    """Read the policies anew."""
    _known.clear()
    _allowed.clear()
