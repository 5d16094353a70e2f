"""What a hit came to on the drill: what its answer says, and how many events lie in the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from zweck.policy.model import Policy
from zweck.policy.systems import Measurement
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.drill import sql
from zweck.proof.drill.asking import answer, pages_on
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, stage_of

_EVENTS = "measure_event"


@dataclass(frozen=True, slots=True)
class Told:
    """One hit: the answer's own word on it (`yes`, or `no, because`), and the events it left."""

    says: str
    events: int
    status: int

    @property
    def is_measured(self) -> bool:
        """Whether it says so, or left something."""
        return self.events > 0 or not self.says.startswith("no")


def own_measurement(policy: Policy) -> Measurement:
    """The measurement by the service itself. Raises CouldNotLook where another's product measures, or nothing."""
    measurement = policy.systems.measurement
    if measurement is None or measurement.provider:
        raise CouldNotLook("another's product measures, which this service cannot see; `zweck audit` can")
    return measurement


def hit(stage: Stage, person: Person, path: str) -> Told:
    """Report a view and see what came of it. Raises CouldNotLook."""
    before = events(stage)
    told = person.hit(path)
    return Told(told.header("zweck-measured"), events(stage) - before, told.status)


def events(stage: Stage) -> int:
    """How many events the drill has stored. Raises CouldNotLook."""
    if _EVENTS not in sql.tables(stage.database):
        raise CouldNotLook("the scratch instance has no table of events")
    return sql.count(stage.database, _EVENTS)


def measured_person(target: Target, sends: Mapping[str, str] | None = None) -> Person:
    """A visitor who is measured, and seen to be: else "no event" would tell nothing. Raises CouldNotLook."""
    stage, measurement = stage_of(target), own_measurement(target.policy)
    person = Person(stage.url, sends or {})
    home = pages_on(stage).one("home")
    if measurement.permission == "consent":
        answer(person, home, "accept")
    told = hit(stage, person, home)
    if told.events != 1:
        raise CouldNotLook(f"a visitor who may be measured leaves {told.events} events ({told.says or told.status})")
    return person
