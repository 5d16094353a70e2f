"""What is left of an address. There is no field for the address itself, so nobody further in can receive one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, cut to the network: 3 bytes of an IPv4 address (/24), 6 of an IPv6 address (/48).

    `network` is empty where the server told no address.
    """

    network: bytes

    def __reduce__(self) -> str:
        """Refuse to be written down: an origin lives as long as its request. Raises TypeError."""
        raise TypeError("an origin is not written down; it ends with its request")
