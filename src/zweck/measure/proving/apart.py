"""measurement.not-merged, address.no-name and measurement.place: figures lie by themselves, and their keys end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from zweck.measure.clock import milliseconds
from zweck.measure.hit import pseudonym
from zweck.measure.models import DayKey, Event
from zweck.measure.proving import sql
from zweck.measure.proving.figures import own, using
from zweck.measure.proving.schema import (
    Column,
    all_columns,
    columns_of,
    others_of,
    shared,
    telling_of_addresses,
    telling_of_persons,
)
from zweck.measure.proving.scratch import scratch_figures
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target

# The work child looks every few seconds whether a key's time is over; a machine may be busy.
_PATIENCE = timedelta(minutes=5)
_LONGEST = timedelta(days=2)
_WHO = b"example\0\x03\xc0\x00\x02 a browser"

Pseudonym = Callable[[bytearray, bytes], int]


def check_not_merged(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """No column leads from the figures to other data or back, and nobody can be followed from one day to the next."""
    own(target)
    figures_, others = columns_of(target), others_of(target)
    trouble = [*shared(figures_, others), *telling_of_addresses(figures_)]
    trouble += _old_keys(using(target), target.policy.site, clock.now())
    trouble += _followed(target)
    figures: dict[str, Figure] = {
        "columns": len(figures_),
        "other_columns": len(others),
        "day_keys": DayKey.objects.using(using(target)).filter(site=target.policy.site).count(),
    }
    seen = "the columns of all tables, the keys of past days, and how a visitor is counted on two days"
    return Finding(not trouble, seen, figures, tuple(trouble[:6]))


def _old_keys(alias: str, site: str, now: datetime) -> Iterator[str]:
    """Keys whose time is over, or that would last too long; and events that nothing can tell apart any more."""
    moment = milliseconds(now - _PATIENCE)
    keys = DayKey.objects.using(alias).filter(site=site)
    over = keys.filter(until__lt=moment).count()
    if over:
        yield f"{over} keys of past days are still there"
    if keys.filter(until__gt=milliseconds(now + _LONGEST)).exists():
        yield "a key is to last for longer than its day"
    days = set(keys.values_list("day", flat=True))
    left = Event.objects.using(alias).filter(site=site, at__lt=moment - milliseconds_of(_LONGEST)).exclude(day__in=days)
    if left.exists():
        yield "events of a past day are still there"


def milliseconds_of(span: timedelta) -> int:
    """A span as the tables count."""
    return span // timedelta(milliseconds=1)


def _followed(target: Target) -> Iterator[str]:
    """The same visitor under two keys must be two numbers, and under one key one."""
    found = target.place.get("pseudonym")
    count: Pseudonym = found if callable(found) else pseudonym
    today, tomorrow = bytearray(range(32)), bytearray(range(1, 33))
    if count(today, _WHO) == count(tomorrow, _WHO):
        yield "the same visitor has the same number today and tomorrow"
    if count(today, _WHO) != count(bytearray(today), _WHO):
        yield "a visitor's number depends on more than the key of the day"


def check_no_name(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """No column of the figures can name a person, and none leads to a table that does."""
    figures_, others = columns_of(target), others_of(target)
    trouble = [*telling_of_persons(figures_), *shared(figures_, others)]
    figures: dict[str, Figure] = {"columns": len(figures_), "other_columns": len(others)}
    return Finding(not trouble, "the columns of all tables", figures, tuple(trouble[:6]))


def check_place(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The figures lie in this installation's own database alone, and that rests where the policy says.

    Where the machine stands, no program can tell: the operator declares it (ZWECK_PLACE).
    """
    measurement = own(target)
    declared = _declared(target.policy, measurement.purpose or "")
    given = target.place.get("rests", settings.PLACE)
    if not given:
        raise CouldNotLook("the installation does not say where its database rests; set ZWECK_PLACE to a place's id")
    trouble = [] if given in declared else [f"the database rests in {given}, which is not declared for these data"]
    tables = sorted({one.table for one in columns_of(target)})
    for table in tables:
        homes = target.place.get("homes", sql.homes(table))
        if homes != ("default",):
            trouble.append(f"{table}: lies in {', '.join(map(str, homes)) if isinstance(homes, tuple) else homes}")
    figures: dict[str, Figure] = {"place": str(given), "tables": len(tables)}
    seen = "where the tables of figures lie, and where the installation says that its database rests"
    return Finding(not trouble, seen, figures, tuple(trouble[:6]))


def _declared(policy: Policy, purpose: str) -> set[str]:
    here = {"measurement", purpose}
    return {id_ for id_, place in policy.places.items() if not place.holds or here & set(place.holds)}


@contextmanager
def plant_pointer(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Events that point to a person's account."""
    with scratch_figures() as alias:
        pointing = Column("measure_event", "staff_id", "ForeignKey", "console_staff")
        yield replace(target, place={**target.place, "figures": alias, "columns": (*all_columns(), pointing)})


@contextmanager
def plant_shared_key(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Another table with the visitor's number."""
    with scratch_figures() as alias:
        same = Column("consent_record", "visitor", "BigIntegerField")
        yield replace(target, place={**target.place, "figures": alias, "columns": (*all_columns(), same)})


@contextmanager
def plant_old_key(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The key of a day long ago."""
    with scratch_figures() as alias:
        DayKey(site=target.policy.site, day=1, wrapped=b"\0" * 60, until=1).save(using=alias)
        yield replace(target, place={**target.place, "figures": alias})


@contextmanager
def plant_lasting_number(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A visitor's number that no key goes into."""
    with scratch_figures() as alias:
        place = {**target.place, "figures": alias, "pseudonym": lambda _key, who: hash(who)}
        yield replace(target, place=place)


@contextmanager
def plant_elsewhere(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A database in a place that is not declared."""
    yield replace(target, place={**target.place, "rests": "planted-elsewhere"})


@contextmanager
def plant_second_home(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Figures that lie in a second database as well."""
    place = next(iter(_declared(target.policy, "measurement")), "planted")
    yield replace(target, place={**target.place, "rests": place, "homes": ("default", "planted")})


@contextmanager
def plant_name(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Events with an e-mail address."""
    with scratch_figures() as alias:
        named = Column("measure_event", "email", "EmailField")
        yield replace(target, place={**target.place, "figures": alias, "columns": (*all_columns(), named)})


NOT_MERGED = Proof(
    "measurement.not-merged",
    check_not_merged,
    plant_pointer,
    Reach.PROCESS,
    needs=("tables",),
    more_plants=(plant_shared_key, plant_old_key, plant_lasting_number),
)
NO_NAME = Proof(
    "address.no-name", check_no_name, plant_name, Reach.PROCESS, needs=("tables",), more_plants=(plant_pointer,)
)
PLACE = Proof(
    "measurement.place",
    check_place,
    plant_elsewhere,
    Reach.PROCESS,
    needs=("tables", "policy"),
    more_plants=(plant_second_home,),
)
