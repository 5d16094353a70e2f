"""Where a request comes from, of what is left of its address, by the table in use."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Protocol

from zweck.origin.table import Table, in_memory
from zweck.origin.values import About, Origin, Whence


class Tells(Protocol):
    """Something that knows countries. `label`: `DE`, `US-CA` or nothing, of 3 bytes of IPv4 or 6 of IPv6."""

    @property
    def about(self) -> About:
        """What it was made of."""
        ...

    def label(self, network: bytes) -> str: ...


NOTHING = in_memory(About("nothing", date(2026, 1, 1), ""), (), ())

# The networks that examples may use (RFC 5737, RFC 3849): for tests, drills, and whoever wants to see what happens.
DOCUMENTATION = in_memory(
    About("networks for documentation (RFC 5737, RFC 3849)", date(2010, 1, 1), ""),
    ((0xC00002, "US-VA"), (0xC00003, ""), (0xC63364, "DE"), (0xC63365, ""), (0xCB0071, "GB"), (0xCB0072, "")),
    (
        (0x20010DB80000, "DE"),
        (0x20010DB80001, "US-CA"),
        (0x20010DB80002, "CH"),
        (0x20010DB80003, "DE"),
        (0x20010DB90000, ""),
    ),
)


class _InUse:
    table: Tells = NOTHING
    # Of every label there is, asked for or not: making one takes as long as the search.
    answers: Mapping[str, Whence] = MappingProxyType({"": Whence()})


def use(table: Tells) -> None:
    """Let this process, and what is forked from it, tell countries by this table."""
    _InUse.answers = {name: Whence(name) for name in table.names} if isinstance(table, Table) else {}
    _InUse.table = table


def in_use() -> Tells:
    """The table by which this process tells countries; one that knows nothing unless told."""
    return _InUse.table


def whence(origin: Origin, with_state: bool = True) -> Whence:
    """From where a request comes; in the USA with the state, where a policy has it told.

    About 1.5 microseconds of search; what it finds ends with the answer.
    """
    label = _InUse.table.label(origin.network)
    if not with_state:
        label = label.partition("-")[0]
    return _InUse.answers.get(label) or Whence(label)
