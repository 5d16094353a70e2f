"""Where personal data lies, seen from the person's side: the register of all tables, and who may be made where.

Each room's `holding.py` declares its tables from `ready()`: a *holding* names for each column which kind of datum it
is, or that it is technical; an *excused* table says why it holds nobody. The system checks refuse the start while a
table, a column or a kind is left over.

E001  a table is neither a holding nor excused
E002  a column of a holding is neither a datum nor technical
E003  a datum kind is not in the closed list
E004  a column that may well hold a person is called technical without a reason
"""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, models

# The closed list. A new kind is a decision about people, so it is made here and nowhere else.
KINDS: Mapping[str, str] = {
    "declared": "whatever the policy declares for the purpose, encrypted under its grant",
    "pseudonym": "a random or keyed value that stands for a person, and leads to one only with a key or another table",
    "permission": "which purpose a person allowed, on which basis, from when to when",
    "name": "a name, or a name to log in with",
    "email": "an e-mail address",
    "credential": "what proves who somebody is: a password's hash, a session, a token's digest",
    "duty": "what a member of staff may do, and when they did",
    "choice": "what somebody chose for their device",
    "message": "what somebody wrote",
    "delivery": "that something was sent to a person, when, and what became of it",
    "trial": "a person's trial: where, how long, which currency",
    "case": "the state of a person's enquiry or request",
    "invoice": "what a person bought and paid",
}

_MAY_HOLD = re.compile(
    r"(^|_)(name|mail|email|phone|tel|street|address|city|zip|postcode|birth|person|contact|message|comment|note|text"
    r"|body|subject|title|ip|user|author|content|reason|why|answer|reply|recipient|sender)(_|$)"
)
_FREE = (
    models.EmailField,
    models.GenericIPAddressField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.URLField,
)


@dataclass(frozen=True, slots=True)
class Holding:
    """A table in which personal data lies. `model`: app label and name, as `console.Staff`.

    `subject`: the column that tells whose a row is. `data`: column -> kind. `technical`: columns that say nothing of a
    person. `because`: technical columns that look as if they did, each with the reason why they do not.
    """

    model: str
    subject: str
    data: Mapping[str, str]
    technical: Sequence[str] = ()
    because: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Excused:
    """A table that holds nobody, and why. `because`: reasons for columns that look as if they did."""

    model: str
    why: str
    because: Mapping[str, str] = field(default_factory=dict)


_holdings: dict[str, Holding] = {}
_excused: dict[str, Excused] = {}


def declare(*found: Holding) -> None:
    """Take tables into the register."""
    _holdings.update({one.model: one for one in found})


def excuse(*found: Excused) -> None:
    """Say of tables that they hold nobody."""
    _excused.update({one.model: one for one in found})


def holdings() -> tuple[Holding, ...]:
    """All tables in which personal data lies."""
    return tuple(_holdings[model] for model in sorted(_holdings))


def excused() -> tuple[Excused, ...]:
    """All tables that hold nobody."""
    return tuple(_excused[model] for model in sorted(_excused))


def check(app_configs: object = None, **_more: object) -> list[CheckMessage]:
    """The system check: what is left over, with file, table, column and remedy."""
    return list(judged(apps.get_models(include_auto_created=True), _holdings, _excused))


def judged(
    tables: Sequence[type[models.Model]], held: Mapping[str, Holding], free: Mapping[str, Excused]
) -> Iterator[CheckMessage]:
    """Hold tables against what was declared of them."""
    for table in tables:
        label = table._meta.label
        if holding := held.get(label):
            yield from _judge_holding(table, holding)
        elif excuse := free.get(label):
            named = {**dict.fromkeys(_columns(table), ""), **excuse.because}
            yield from _judge_reasons(table, named, excuse.because)
        else:
            yield _error(
                "E001",
                f"{_file(table)}: {label}: nobody says whether this table holds personal data",
                f"declare it in the room's holding.py: holdings.declare(Holding({label!r}, subject=…, data={{column: "
                f"kind}})), or holdings.excuse(Excused({label!r}, why)) when it holds nobody",
            )


def _judge_holding(table: type[models.Model], holding: Holding) -> Iterator[CheckMessage]:
    label, place = table._meta.label, _file(table)
    technical = {**dict.fromkeys(holding.technical, ""), **holding.because}
    for column in _columns(table):
        if column not in holding.data and column not in technical:
            yield _error(
                "E002",
                f"{place}: {label}.{column}: this column is in no holding",
                f"name its kind in data of the holding of {label}, or call it technical there",
            )
    for column, kind in holding.data.items():
        if kind not in KINDS:
            yield _error(
                "E003",
                f"{place}: {label}.{column}: {kind} is no kind of datum",
                f"use one of: {', '.join(KINDS)}; a new kind is added in holdings.py",
            )
    yield from _judge_reasons(table, technical, holding.because)


def _judge_reasons(
    table: type[models.Model], technical: Mapping[str, str], because: Mapping[str, str]
) -> Iterator[CheckMessage]:
    for column, of in _columns(table).items():
        if column in technical and not because.get(column) and _may_hold_somebody(column, of):
            yield _error(
                "E004",
                f"{_file(table)}: {table._meta.label}.{column}: may hold a person, and is technical without a reason",
                f"say in `because` of {table._meta.label} why it holds none, or name its kind in data",
            )


def _columns(table: type[models.Model]) -> dict[str, Any]:  # Any: fields of any type
    return {one.name: one for one in table._meta.local_concrete_fields}


def _may_hold_somebody(column: str, of: Any) -> bool:  # Any: a field of any type
    if of.is_relation or isinstance(of, models.BinaryField | models.IntegerField | models.BooleanField):
        return False
    return isinstance(of, _FREE) or (isinstance(of, models.CharField) and bool(_MAY_HOLD.search(column)))


def _file(table: type[models.Model]) -> str:
    path = Path(inspect.getsourcefile(table) or table.__module__)
    return "/".join(path.parts[-3:])


def _error(number: str, message: str, remedy: str) -> CheckMessage:
    return Error(message, hint=remedy, id=f"zweck.{number}")


class Router:
    """Which room's tables lie in which database.

    The default database has all of them; a place's own has those of the rooms that say `in_every_place = True` in
    their AppConfig. It chooses nothing else: code says `using=`, and without it means the default database. Rows point
    only at rows beside them, which Django sees to by itself: no transaction spans two databases.
    """

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:  # Any: Django's own signature
        """Whether a room's tables are made in a database."""
        return db == DEFAULT_DB_ALIAS or bool(getattr(apps.get_app_config(app_label), "in_every_place", False))
