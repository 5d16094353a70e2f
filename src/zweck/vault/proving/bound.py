"""purpose.bound: data given for one purpose are read for no other.

Three looks: a made-up person in each place, for whom every other purpose is refused; the ledger, in which every read
had its permission; and the code, in which nothing reaches past the door.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.db import transaction

import zweck
from zweck.ledger import acts as ledger
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Plant, Proof, Reach, Target
from zweck.vault.proving import probe, sql
from zweck.vault.proving.gate import files_in, ways_around
from zweck.vault.proving.probe import Case, Insider
from zweck.vault.proving.replay import replayed
from zweck.vault.proving.scratch import OTHER, OWN, PLANTED_AT, honest, scratch_vault, vaults

_PLANTED = '"""Planted."""\n\nfrom zweck.vault.models import Entry\n\n__all__ = ["Entry"]\n'


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """Try it, look through the record, look through the code."""
    site = target.policy.site
    given = target.place.get("insider")
    insider = given if isinstance(given, Insider) else Insider()
    names = (*target.policy.purposes, OWN, OTHER)
    own, others = names[0], names[1:]
    trouble: list[str] = []
    reads = 0
    for using in vaults(target):
        with sql.looking(using):
            found = probe.tried(Case(using, site, own, others, clock.now()), insider)
            told = replayed(using, site)
        trouble += [f"{using}: {line}" for line in found]
        trouble += [f"{using}: {told.unpermitted} reads on record had no permission"] if told.unpermitted else []
        reads += told.reads
    tree = _tree(target)
    trouble += ways_around(tree)
    figures: dict[str, Figure] = {
        "databases": len(vaults(target)),
        "purposes_refused": len(others),
        "reads_on_record": reads,
        "files_of_code": files_in(tree),
    }
    seen = "a made-up person under every other purpose, every read on record, and every file of the code"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _tree(target: Target) -> Path:
    planted = target.place.get("tree")
    return planted if isinstance(planted, Path) else Path(zweck.__file__).parent.parent


def _with(insider: Insider) -> Plant:
    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        with scratch_vault(target) as (planted, _):
            yield replace(planted, place={**planted.place, "insider": insider})

    return plant


@contextmanager
def plant_used(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A read on record that had no permission."""
    with scratch_vault(target) as (planted, using):
        body: dict[str, str | list[str | int | bool | None]] = {
            "by": "staff:1",
            "reason": "planted",
            "purpose": OWN,
            "fields": ["email"],
            "subjects": [bytes(16).hex()],
        }
        with transaction.atomic(using=using):
            ledger.record("vault.read", target.policy.site, body, PLANTED_AT, using)
        yield planted


@contextmanager
def plant_way_around(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A copy of the code in which another room reads the table itself."""
    with scratch_vault(target) as (planted, _), tempfile.TemporaryDirectory(prefix="zweck-tree-") as folder:
        copy = Path(folder) / "zweck"
        shutil.copytree(
            _tree(target) / "zweck", copy, ignore=lambda _, names: [n for n in names if "." in n and n[-3:] != ".py"]
        )
        (copy / "site" / "planted.py").write_text(_PLANTED, encoding="utf-8")
        yield replace(planted, place={**planted.place, "tree": Path(folder)})


PROOF = Proof(
    "purpose.bound",
    check,
    _with(Insider(after_collection=probe.lend)),
    Reach.PROCESS,
    quick=False,
    needs=("tables", "tree", "policy"),
    more_plants=(
        _with(Insider(moves=probe.reseal)),
        _with(Insider(after_withdrawal=probe.revive)),
        plant_used,
        plant_way_around,
    ),
    stage=honest,
)
