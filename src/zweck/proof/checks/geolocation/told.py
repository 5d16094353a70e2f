"""geo.precision and geo.real-time: what a look-up gives has two fields, and refuses to be written down."""

import copy
import json
import pickle
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from zweck.origin import acts as origin
from zweck.origin.errors import NotATable
from zweck.origin.values import Origin
from zweck.policy.sentences import Sentence
from zweck.policy.systems import Geolocation
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target

LOOKUPS = 20_000
_SLOTS = {"_country", "_state"}
_LABELS = {"country": re.compile("|[A-Z]{2}"), "country-and-us-state": re.compile("|[A-Z]{2}|US-[A-Z]{2}")}
Told = Callable[[Origin], object]


def geolocation_of(target: Target) -> Geolocation:
    """What the policy says of it. Raises CouldNotLook."""
    found = target.policy.systems.geolocation
    if found is None:
        raise CouldNotLook("this policy has no country told")
    return found


def take_table() -> origin.Tells:
    """The table that the service uses, opened for this process. Raises CouldNotLook."""
    file = origin.chosen(settings.GEO, settings.GEO_FILE, settings.DATA)
    if file is None:
        table: origin.Tells = origin.DOCUMENTATION if settings.GEO == "documentation" else origin.NOTHING
    else:
        try:
            table = origin.opened(file, settings.DATA)
        except NotATable as wrong:
            raise CouldNotLook(str(wrong)) from None
    origin.use(table)
    return table


def _networks() -> Iterator[bytes]:
    chance = random.Random(7)  # noqa: S311  (which addresses are tried)
    for _ in range(LOOKUPS // 2):
        yield chance.randbytes(3)
        yield bytes((0x20 | chance.randrange(16),)) + chance.randbytes(5)


def _teller(target: Target) -> Told:
    """The look-up under test: the site's own, at the precision of its policy."""
    found = target.place.get("whence")
    if callable(found):
        return found
    with_state = geolocation_of(target).precision == "country-and-us-state"
    take_table()
    return lambda one: origin.whence(one, with_state)


def fields_of(told: object) -> dict[str, object]:
    """Every field of a value, however it keeps them."""
    kind = type(told)
    names = {name for base in kind.__mro__ for name in getattr(base, "__slots__", ())}
    names |= set(getattr(told, "__dict__", {}))
    return {name: getattr(told, name, "") for name in names}


def check_precision(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Look up many networks: every answer has the two fields and no third, and no more in them than the policy says."""
    tell, allowed = _teller(target), _LABELS.get(geolocation_of(target).precision)
    trouble: set[str] = set()
    if allowed is None:
        trouble.add("the policy says that a city is told; none ever is")
    known, labels = 0, set[str]()
    for network in _networks():
        fields = fields_of(tell(Origin(network)))
        if set(fields) != _SLOTS:
            trouble.add(f"the result has the fields {', '.join(sorted(fields))}")
            break
        label = "-".join(filter(None, (str(fields["_country"]), str(fields["_state"]))))
        known += bool(label)
        labels.add(label)
        if allowed is not None and not allowed.fullmatch(label):
            trouble.add("a result tells more than the policy says")
    if not known and not trouble and settings.GEO == "database":
        raise CouldNotLook("no network of those tried is known to the table")
    figures: dict[str, Figure] = {
        "networks": LOOKUPS,
        "known": known,
        "countries": len({one[:2] for one in labels if one}),
    }
    return Finding(not trouble, "the results of many look-ups, field by field", figures, tuple(sorted(trouble)[:6]))


@dataclass(frozen=True)
class _WithCity:
    """A result that tells more. Planted."""

    _country: str = "DE"
    _state: str = ""
    _city: str = "Berlin"


@dataclass(frozen=True)
class _Lax:
    """A result that anybody can write down. Planted."""

    _country: str = "DE"
    _state: str = ""


def _telling(tell: Told) -> Plant:
    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        yield replace(target, place={**target.place, "whence": tell})

    return plant


# A state outside the USA: too much under every policy.
_finer = _telling(lambda _origin: _Lax("DE", "BE"))
_with_city = _telling(lambda _origin: _WithCity())
_lax = _telling(lambda _origin: _Lax())

WAYS: tuple[tuple[str, Callable[[object], object]], ...] = (
    ("pickle", pickle.dumps),
    ("copy", copy.copy),
    ("a deep copy", copy.deepcopy),
    ("JSON", json.dumps),
    ("JSON as Django writes it", lambda told: json.dumps(told, cls=DjangoJSONEncoder)),
    ("a dictionary", vars),
    ("pickle inside a list", lambda told: pickle.dumps([told])),
)


def check_real_time(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Try to write a result down, in every way there is: each is refused, and printing it shows nothing."""
    told = _teller(target)(Origin(b"\x08\x08\x08"))
    trouble = [f"it can be written down: {name}" for name, write in WAYS if _is_written(write, told)]
    shown = {str(told), repr(told), f"{told}", f"{[told]}"}
    values = [str(value) for value in fields_of(told).values() if value]
    if any(value in text for text in shown for value in values):
        trouble.append("printing it shows what it holds")
    try:
        told._country = "XX"  # type: ignore[attr-defined]  # noqa: SLF001
        trouble.append("it can be changed")
    except AttributeError:
        pass
    figures: dict[str, Figure] = {"ways_tried": len(WAYS) + len(shown) + 1}
    return Finding(not trouble, "a result of a look-up, and every way to write it down", figures, tuple(trouble))


def _is_written(write: Callable[[object], object], told: object) -> bool:
    try:
        write(told)
    except TypeError:
        return False
    return True


PRECISION = Proof("geo.precision", check_precision, _with_city, Reach.PROCESS, needs=("policy",), more_plants=(_finer,))
REAL_TIME = Proof("geo.real-time", check_real_time, _lax, Reach.PROCESS, needs=("policy",))
