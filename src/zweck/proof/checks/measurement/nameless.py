"""address.no-name: who visited and who wrote to us share no key, in the tables as declared and in what they hold.

On a scratch instance somebody is measured and then sends every form that asks for an address, from the same device and
network. No value of the visit by which rows can be told apart may stand in any other table of any database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from zweck.measure.acts import NAMELESS_COLUMNS
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill import sql
from zweck.proof.drill.hits import measured_person
from zweck.proof.drill.sending import EMAIL, asking_for_mail, canary, send_form
from zweck.proof.drill.stage import Stage, at, stage_of

_ENOUGH = 6
_FIGURES = "measure_"


def check(target: Target, sentence: Sentence, clock: Clock) -> Finding:
    """No column of the figures names anybody or leads to one who is named, and no value of a visit stands elsewhere."""
    declared = NAMELESS_COLUMNS.check(target, sentence, clock)
    if not declared.kept or not _is_measured(target.policy):
        return declared
    stage, policy = stage_of(target), target.policy
    said = stage.once("visited and wrote", lambda: _visited_and_wrote(target))
    visits = _keys(stage, policy, of_figures=True)
    persons = _keys(stage, policy, of_figures=False)
    trouble = [f"{visits[value]} and {persons[value]} hold the same value" for value in visits.keys() & persons.keys()]
    trouble += [f"{place} holds what somebody wrote in a form" for value, place in visits.items() if value in said]
    figures: dict[str, Figure] = {
        **declared.figures,
        "forms_sent": len(asking_for_mail(policy)),
        "values_of_visits": len(visits),
        "values_elsewhere": len(persons),
    }
    seen = "the columns of all tables, and on a scratch instance the values of somebody who visited and then sent forms"
    return Finding(not trouble, seen, figures, tuple(islice(sorted(set(trouble)), _ENOUGH)))


def _is_measured(policy: Policy) -> bool:
    return policy.systems.measurement is not None and not policy.systems.measurement.provider


def _visited_and_wrote(target: Target) -> frozenset[str]:
    """What was typed in. Raises CouldNotLook when the visit was not measured, or nobody became known by writing."""
    stage, policy = stage_of(target), target.policy
    person = measured_person(target)
    before = _known(stage)
    address = canary("visitor")
    for name in asking_for_mail(policy):
        send_form(person, policy, name, {EMAIL: address})
    if asking_for_mail(policy) and _known(stage) == before:
        raise CouldNotLook("forms were sent to the scratch instance, and nobody is known by it")
    return frozenset((address,))


def _known(stage: Stage) -> int:
    return sum(sql.persons(file) for file in stage.databases.values())


def _keys(stage: Stage, policy: Policy, *, of_figures: bool) -> dict[str | int | bytes, str]:
    """Values that could tell rows apart, with where they stand. The site's own name stands everywhere."""
    found: dict[str | int | bytes, str] = {}
    for file in stage.databases.values():
        for table in sql.tables(file):
            if table.startswith(_FIGURES) == of_figures:
                found |= {value: f"{table}.{column}" for value, column in sql.keys(file, table).items()}
    return {value: place for value, place in found.items() if value != policy.site}


@contextmanager
def plant_joined(target: Target, sentence: Sentence) -> Iterator[Target]:
    """Somebody's row with the number of the visitor they were."""
    stage = stage_of(target)
    if not _is_measured(target.policy):
        with NAMELESS_COLUMNS.plant(target, sentence) as planted:  # nobody's visit is kept that could be joined
            yield planted
        return
    stage.once("visited and wrote", lambda: _visited_and_wrote(target))
    with sql.tampered(stage.database, sql.JOINED) as alias:
        databases = {**stage.databases, "default": sql.file_of(alias)}
        yield at(target, replace(stage, databases=databases))


PROOF = Proof(
    "address.no-name",
    check,
    NAMELESS_COLUMNS.plant,
    Reach.HOST,
    quick=False,
    needs=("tables", "drill"),
    more_plants=(*NAMELESS_COLUMNS.more_plants, plant_joined),
)
