"""Cutting an address, before anybody sees it. A few slices and no object: every request comes this way."""

from zweck.origin.values import Origin

MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291, 2.5.5.2: an IPv4 address in the dress of an IPv6 one
NOWHERE = Origin(b"")


def plainly(packed: bytes) -> bytes:
    """An address in network order; one that is IPv4 in the dress of IPv6 is IPv4."""
    return packed[12:] if len(packed) == 16 and packed.startswith(MAPPED) else packed


def cut(packed: bytes) -> Origin:
    """What is left of an address in network order: /24 of IPv4, /48 of IPv6."""
    return Origin(packed[:3] if len(packed) == 4 else packed[:6])


def cut_further(network: bytes, bits_v4: int, bits_v6: int) -> bytes:
    """A network with no more than so many leading bits, where a policy wants fewer. Never gains any."""
    bits = bits_v4 if len(network) == 3 else bits_v6
    have = 8 * len(network)
    if bits >= have:
        return network
    kept = int.from_bytes(network) >> (have - bits) << (have - bits)
    return kept.to_bytes(len(network))
