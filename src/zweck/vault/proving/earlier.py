"""consent.before-data and consent.where-basis: nothing of a person lies here that is older than its permission."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from zweck import holdings
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.vault.moments import micros
from zweck.vault.proving import sql
from zweck.vault.proving.replay import Key, Permission, replayed
from zweck.vault.proving.scratch import OWN, PLANTED_AT, collected, honest, scratch_vault, vaults


def check(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """Each row of a person has an entry in the ledger, not later than itself, and a permission it rests on."""
    only_consent = sentence.kind == "consent.where-basis"
    site, policy = target.policy.site, target.policy
    trouble = [] if only_consent else [one.msg for one in holdings.check()]
    counts = {"permissions": 0, "values": 0}
    for using in vaults(target):
        with sql.looking(using):
            here = sql.held(using, site)
            values = {purpose: sql.values_of(using, site, purpose) for purpose in sql.purposes(using, site)}
            stray = sum(sql.strays(using, site, purpose) for purpose in {*values, *policy.purposes})
            told = replayed(using, site).permissions
        if only_consent:
            consent = {id_ for id_, purpose in policy.purposes.items() if purpose.basis == "consent"}
            here = [one for one in here if one.basis == "consent" or one.purpose in consent]
            if wrong := sum(one.basis != "consent" for one in here):
                trouble.append(f"{using}: {wrong} rest on another basis than the consent that is promised")
        under = [values.get(one.purpose, {}).get(one.number) for one in here]
        counts["permissions"] += len(here)
        counts["values"] += sum(one.amount for one in under if one)
        trouble += [f"{using}: {line}" for line in _early(here, under, told)]
        trouble += [f"{using}: {stray} values lie there without a permission"] if stray else []
    figures: dict[str, Figure] = {**counts}
    seen = "every permission and the first value under it, against the ledger's entry of its collection"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _early(here: list[sql.Held], under: list[sql.Values | None], told: dict[Key, Permission]) -> Iterator[str]:
    without = early = 0
    for one, values in zip(here, under, strict=True):
        known = told.get((one.alias, one.purpose))
        if known is None:
            without += 1
            continue
        began = micros(known.began)
        # Entries count milliseconds.
        early += one.made < began or (values is not None and values.first < began // 1000)
    if without:
        yield f"{without} permissions have no entry of their collection"
    if early:
        yield f"{early} are older than their permission"


@contextmanager
def plant_unasked(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A person whose data were written past the room, without an entry."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, "UPDATE vault_grant SET alias = %s", (bytes(range(16)),))
        yield planted


@contextmanager
def plant_older(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Data that were there a day before anybody was asked."""
    day_before = (micros(PLANTED_AT - timedelta(days=1)) // 1000).to_bytes(6, "big") + bytes(10)
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, "UPDATE vault_entry SET entry = %s", (day_before,))
        yield planted


@contextmanager
def plant_left(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Data that stayed behind when their permission ended."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, "UPDATE vault_entry SET grant_id = 999 WHERE grant_id = 1", ())
        yield planted


@contextmanager
def plant_other_basis(target: Target, sentence: Sentence) -> Iterator[Target]:
    """Data of a purpose that promises consent, on another basis."""
    asked = [id_ for id_, purpose in target.policy.purposes.items() if purpose.basis == "consent"]
    if not asked:
        # Where no purpose asks for consent nothing can rest on another basis; then the sentence is not said either.
        with plant_unasked(target, sentence) as planted:
            yield planted
        return
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, asked[0], PLANTED_AT, using, basis="contract")
        yield planted


BEFORE = Proof(
    "consent.before-data",
    check,
    plant_unasked,
    Reach.PROCESS,
    quick=False,
    needs=("tables",),
    more_plants=(plant_older, plant_left),
    stage=honest,
)
WHERE_BASIS = Proof(
    "consent.where-basis",
    check,
    plant_unasked,
    Reach.PROCESS,
    quick=False,
    needs=("tables", "policy"),
    more_plants=(plant_older, plant_left, plant_other_basis),
    stage=honest,
)
