"""purpose.closed and purpose.data: what lies here serves purposes of the statement, with the data declared for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.vault import declared
from zweck.vault.errors import NotDeclared
from zweck.vault.proving import sql
from zweck.vault.proving.scratch import OWN, PLANTED_AT, collected, scratch_vault, vaults
from zweck.vault.values import Collecting

_SPEAKS_OF = ("purpose.data", "purpose.basis", "purpose.obligation")
_UNKNOWN = "a-purpose-that-nobody-declared"


def check_closed(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Purposes of the tables, of the policy and of the statement are the same, and no other can be written."""
    site, known = target.policy.site, set(target.policy.purposes)
    trouble: list[str] = []
    used: set[str] = set()
    for using in vaults(target):
        with sql.looking(using):
            used |= sql.purposes(using, site)
    trouble += [f"{purpose}: data lie here for it, and the policy has no such purpose" for purpose in used - known]
    for language, said in _said(target).items():
        trouble += [f"{purpose}: is not in the statement ({language})" for purpose in known - said]
        trouble += [f"{purpose}: is in the statement ({language}) alone" for purpose in said - known]
    try:
        declared.see(target.policy, Collecting(site, "", _UNKNOWN, "consent", 1, "00" * 32, {}))
        trouble.append("data for a purpose that nobody declared would be taken")
    except NotDeclared:
        pass
    figures: dict[str, Figure] = {"declared": len(known), "in_use": sorted(used)}
    return Finding(
        not trouble, "purposes of all permissions, of the policy and of the statement", figures, tuple(trouble)
    )


def _said(target: Target) -> dict[str, set[str]]:
    """The purposes that the statement in force speaks of, by language. Raises CouldNotLook."""
    found = target.place.get("said")
    if isinstance(found, dict):
        return found
    try:
        edition = editions.current(target.policy.site)
    except NoEdition:
        raise CouldNotLook("no statement is in force") from None
    return {
        language: {
            sentence.parameter
            for sentence in editions.statement_of(edition, language).sentences()
            if sentence.kind in _SPEAKS_OF
        }
        for language, _ in edition.texts
    }


def check_data(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """Every value stored for a purpose is one that the policy declares for it."""
    policy = target.policy
    wanted = [sentence.parameter] if sentence.parameter else [*policy.purposes]
    trouble: list[str] = []
    count = 0
    for using in vaults(target):
        for purpose in wanted:
            with sql.looking(using):
                found = sql.fields(using, policy.site, purpose)
            count += sum(found.values())
            known = policy.purposes[purpose].data if purpose in policy.purposes else []
            trouble += [
                f"{using}: {field} is stored for {purpose}, undeclared" for field in sorted(found.keys() - {*known})
            ]
    for purpose in wanted:
        try:
            declared.see_data(policy, purpose, ("a-datum-that-nobody-declared",))
            trouble.append(f"{purpose}: a datum that nobody declared would be taken")
        except NotDeclared:
            pass
    return Finding(not trouble, "the names of all values in the vault", {"values": count}, tuple(trouble))


@contextmanager
def plant_undeclared(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Data collected for a purpose that the policy does not have."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        yield replace(planted, place={**planted.place, "said": _all_said(target)})


@contextmanager
def plant_unsaid(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A statement that leaves a purpose out, and one that names a purpose too many."""
    with scratch_vault(target) as (planted, _):
        said = {language: {*found, "said-only"} for language, found in _all_said(target).items()}
        yield replace(planted, place={**planted.place, "said": said})


@contextmanager
def nothing(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The stage without a violation: nothing lies there, and the statement says what is declared."""
    with scratch_vault(target) as (staged, _):
        yield replace(staged, place={**staged.place, "said": _all_said(target)})


def _all_said(target: Target) -> dict[str, set[str]]:
    return {language: set(target.policy.purposes) for language in target.policy.languages}


@contextmanager
def plant_surplus(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A value under a purpose that does not declare it."""
    purpose = sentence.parameter or next(iter(target.policy.purposes), OWN)
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, purpose, PLANTED_AT, using)
        sql.change(using, sql.ANOTHER_NAME, ("shoe-size",))
        yield planted


CLOSED = Proof(
    "purpose.closed",
    check_closed,
    plant_undeclared,
    Reach.PROCESS,
    needs=("tables", "policy"),
    more_plants=(plant_unsaid,),
    stage=nothing,
)
DATA = Proof("purpose.data", check_data, plant_surplus, Reach.PROCESS, needs=("tables", "policy"), stage=nothing)
