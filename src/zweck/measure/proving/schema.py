"""The columns of the tables, as the code declares them: what may stand in figures, and what others may not share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps

from zweck.promises.values import Target

APP = "measure"
# Every column there may be. Whoever adds one says here that it is no person's, or has to say it in the policy.
COLUMNS: Mapping[str, frozenset[str]] = {
    "measure_event": frozenset(
        {"id", "site", "day", "at", "visitor", "name", "path", "referrer", "utm_source", "utm_medium", "utm_campaign",
         "device", "browser", "seconds"}
    ),
    "measure_daykey": frozenset({"id", "site", "day", "wrapped", "until"}),
    "measure_day": frozenset({"id", "site", "day", "made_at", "is_closed", "is_imported"}),
    "measure_term": frozenset({"id", "text"}),
    "measure_rollup": frozenset(
        {"site", "dimension", "day", "value", "views", "visits", "visitors", "bounces", "seconds", "masked"}
    ),
    "measure_step": frozenset({"id", "site", "day", "funnel", "number", "goal", "visits"}),
    "measure_leftout": frozenset({"id", "site", "day", "reason", "hits"}),
}  # fmt: skip
# Tells one visitor from another, for a day; nowhere else may the same number stand.
KEYS = frozenset({"visitor"})
_ADDRESS_KINDS = frozenset({"GenericIPAddressField", "IPAddressField"})
_ADDRESS_NAMES = frozenset(
    {"address", "ip", "ip_address", "remote_addr", "network", "user_agent", "agent", "country", "city", "place",
     "latitude", "longitude"}
)  # fmt: skip
_PERSON_KINDS = frozenset({"EmailField"})
_PERSON_NAMES = frozenset(
    {"email", "e_mail", "user", "user_id", "subject", "subject_id", "account", "choice_id", "phone"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `refers`: the table it points to, or ""."""

    table: str
    name: str
    kind: str
    refers: str = ""


def columns_of(target: Target) -> tuple[Column, ...]:
    """The columns of the figures' tables; a control names its own."""
    given = target.place.get("columns")
    found = given if isinstance(given, tuple) else all_columns()
    return tuple(one for one in found if one.table.startswith(f"{APP}_"))


def others_of(target: Target) -> tuple[Column, ...]:
    """The columns of all other tables."""
    given = target.place.get("columns")
    found = given if isinstance(given, tuple) else all_columns()
    return tuple(one for one in found if not one.table.startswith(f"{APP}_"))


def all_columns() -> tuple[Column, ...]:
    """Every column of every table of the service."""
    return tuple(
        Column(
            model._meta.db_table,
            field.column,
            type(field).__name__,
            field.related_model._meta.db_table if field.is_relation and field.related_model else "",
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.column
    )


def telling_of_addresses(columns: Iterable[Column]) -> Iterator[str]:
    """Columns in which an address, a user agent or a place could stand."""
    for one in columns:
        if one.kind in _ADDRESS_KINDS or one.name in _ADDRESS_NAMES:
            yield f"{one.table}.{one.name}: could hold an address or a place"


def telling_of_persons(columns: Iterable[Column]) -> Iterator[str]:
    """Columns in which a person could be named."""
    for one in columns:
        if one.kind in _PERSON_KINDS or one.name in _PERSON_NAMES:
            yield f"{one.table}.{one.name}: could name a person"


def shared(figures: Iterable[Column], others: Iterable[Column]) -> Iterator[str]:
    """What would let figures and other data be put together."""
    for one in figures:
        if one.refers and not one.refers.startswith(f"{APP}_"):
            yield f"{one.table}.{one.name}: points to {one.refers}"
    for other in others:
        if other.refers.startswith(f"{APP}_"):
            yield f"{other.table}.{other.name}: points to {other.refers}"
        if other.name in KEYS:
            yield f"{other.table}.{other.name}: the figures have a key of this name"
