"""What is left of an address. There is no field for the address itself, so nobody further in can receive one."""

from typing import NoReturn


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
