"""What is left of an address. There is no field for the address itself, so nobody further in can receive one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn, TypeVar

T = TypeVar("T")


class Origin:
    """Where a request comes from, cut to the network: 3 bytes of an IPv4 address (/24), 6 of an IPv6 address (/48).

    `network` is empty where the server told no address. Lives as long as its request: it shows itself to nobody, and
    cannot be written down, by pickle, JSON or a copy. (A dataclass could: encoders look into them.)
    """

    __slots__ = ("network",)
    network: bytes

    def __init__(self, network: bytes) -> None:
        object.__setattr__(self, "network", network)

    def __setattr__(self, _name: str, _value: object) -> NoReturn:
        raise AttributeError("an origin does not change")

    def __eq__(self, other: object) -> bool:
        return self.network == other.network if isinstance(other, Origin) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.network)

    def __repr__(self) -> str:
        return "Origin(…)"

    def __reduce__(self) -> str:
        """Refuse to be written down. Raises TypeError."""
        raise TypeError("an origin is not written down; it ends with its request")


class Whence:
    """From which country a request comes; in the USA, from which state. Empty where nothing is known.

    It can only be asked to choose: nobody further in reads a country out of it, so nobody can keep one. It shows itself
    to nobody, and cannot be written down, by pickle, JSON or a copy.
    """

    __slots__ = ("_country", "_state")
    _country: str
    _state: str

    def __init__(self, label: str = "") -> None:
        country, _, state = label.partition("-")
        object.__setattr__(self, "_country", country)
        object.__setattr__(self, "_state", state)

    def choose(self, rules: Mapping[str, T], otherwise: T) -> T:
        """What the rules say of this state, of this country, or otherwise. Keys are `US-CA`, `DE`."""
        if self._state and f"{self._country}-{self._state}" in rules:
            return rules[f"{self._country}-{self._state}"]
        return rules.get(self._country, otherwise)

    def __setattr__(self, _name: str, _value: object) -> NoReturn:
        raise AttributeError("where a request comes from does not change")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Whence):
            return NotImplemented
        return (self._country, self._state) == (other._country, other._state)

    def __hash__(self) -> int:
        return hash((self._country, self._state))

    def __repr__(self) -> str:
        return "Whence(…)"

    def __reduce__(self) -> str:
        """Refuse to be written down. Raises TypeError."""
        raise TypeError("where a request comes from is not written down; it serves one answer")


@dataclass(frozen=True, slots=True)
class About:
    """What a table was made of. `licence` and `credit` are printed wherever its results are used."""

    source: str
    built: date  # the day of the data, as its maker says
    sha256: str  # of the file it was made of
    licence: str = ""
    credit: str = ""
    url: str = ""

    def days_old(self, today: date) -> int:
        """How old the data are."""
        return (today - self.built).days
