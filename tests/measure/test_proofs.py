"""What the tables of figures promise of themselves: green as they are, red on each violation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zweck.measure.models import RollUp, Term
from zweck.measure.proofs import PROOFS
from zweck.measure.proving.scratch import installed, scratch_day, scratch_figures
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import CouldNotLook, Plant, Proof, Target
from zweck.proof.examine import WallClock

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
PLANTED = [(proof, plant) for proof in PROOFS for plant in (proof.plant, *proof.more_plants)]
SAYS = Sentence("measurement.uses", "checked", (), ())


@pytest.fixture
def figures() -> Iterator[Target]:
    """The tables of the reference policy, empty, in a database that rests in a declared place."""
    policy = loads(SOURCE, "reference").policy
    with scratch_figures() as alias:
        yield Target(policy, "", policy.scope.origins[0], {"figures": alias, "rests": "virginia"})


@pytest.mark.usefixtures("scratch_database")
@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.kind)
def test_the_tables_as_they_are_keep_their_promises(proof: Proof, figures: Target) -> None:
    finding = proof.check(figures, SAYS, WallClock())

    assert finding.kept, finding.trouble


@pytest.mark.usefixtures("scratch_database")
@pytest.mark.parametrize(("proof", "plant"), PLANTED, ids=lambda one: getattr(one, "kind", ""))
def test_every_planted_violation_is_seen(proof: Proof, plant: Plant, figures: Target) -> None:
    with plant(figures, SAYS) as planted:
        assert not proof.check(planted, SAYS, WallClock()).kept


@pytest.mark.usefixtures("scratch_database")
def test_without_a_declared_place_nobody_claims_one(figures: Target) -> None:
    proof = next(one for one in PROOFS if one.kind == "measurement.place")

    with pytest.raises(CouldNotLook, match="ZWECK_PLACE"):
        proof.check(replace(figures, place={**figures.place, "rests": ""}), SAYS, WallClock())


@pytest.mark.usefixtures("scratch_database")
def test_figures_of_another_site_are_its_own_affair(figures: Target) -> None:
    alias = str(figures.place["figures"])
    other = Term.objects.using(alias).create(text="another").pk
    counts = dict.fromkeys(("views", "visits", "visitors", "bounces", "seconds"), 1)
    row = RollUp(site=other, dimension=0, day=datetime(2026, 11, 1, tzinfo=UTC).toordinal(), value=other, **counts)
    row.masked = False
    row.save(using=alias, force_insert=True)
    proof = next(one for one in PROOFS if one.kind == "measurement.small-groups")

    assert proof.check(figures, SAYS, WallClock()).kept


@pytest.mark.usefixtures("scratch_database")
def test_what_is_tried_on_a_scratch_day_reaches_no_other_database() -> None:
    def note(alias: str, _folder: Path) -> int:
        Term.objects.create(text="elsewhere")
        return Term.objects.using(alias).count()

    assert scratch_day(note, installed()) == 1
    assert not Term.objects.filter(text="elsewhere").exists()
