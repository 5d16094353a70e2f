"""Writes small MaxMind DB files, so that tests need no real one."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

KINDS = {"build_epoch": 9, "node_count": 6}  # unsigned: 64, 32, else 16 bits
METADATA = b"\xab\xcd\xefMaxMind.com"
Tree = dict[int, "Tree | bytes"]


def written(records: Mapping[str, object], kind: str = "Test-City", version: int = 6, bits: int = 28) -> bytes:
    """A file that says `records[network]` of each network. 1788220800 is 1 September 2026."""
    tree: Tree = {}
    for text, record in records.items():
        _put(tree, _steps(ip_network(text), version), _encoded(record))
    nodes: list[Tree] = []
    _number(tree, nodes)
    places = {id(node): number for number, node in enumerate(nodes)}
    data, offsets = b"", dict[bytes, int]()
    search = b""
    for node in nodes:
        pair = []
        for side in (0, 1):
            below = node.get(side)
            if isinstance(below, bytes) and below not in offsets:
                offsets[below], data = len(data), data + below
            pair.append(
                len(nodes)
                if below is None
                else offsets[below] + len(nodes) + 16
                if isinstance(below, bytes)
                else places[id(below)]
            )
        search += _pair(pair[0], pair[1], bits)
    about = {"binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1_788_220_800,
             "database_type": kind, "description": {"en": "for a test"}, "ip_version": version, "languages": ["en"],
             "node_count": len(nodes), "record_size": bits}  # fmt: skip
    return search + bytes(16) + data + METADATA + _encoded(about)


def _steps(network: IPv4Network | IPv6Network, version: int) -> list[int]:
    bits = [int(bit) for bit in f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]]
    return [0] * 96 + bits if version == 6 and network.version == 4 else bits


def _put(tree: Tree, steps: list[int], record: bytes) -> None:
    for step in steps[:-1]:
        below = tree.setdefault(step, {})
        if isinstance(below, bytes):  # a finer network inside a known one
            below = tree[step] = {0: below, 1: below}
        tree = below
    tree[steps[-1]] = record


def _number(tree: Tree, nodes: list[Tree]) -> None:
    nodes.append(tree)
    for below in tree.values():
        if isinstance(below, dict):
            _number(below, nodes)


def _pair(left: int, right: int, bits: int) -> bytes:
    if bits == 28:
        middle = (left >> 24) << 4 | right >> 24
        return (left & 0xFFFFFF).to_bytes(3) + bytes((middle,)) + (right & 0xFFFFFF).to_bytes(3)
    return left.to_bytes(bits // 8) + right.to_bytes(bits // 8)


def _encoded(value: object, kind: int = 5) -> bytes:
    if isinstance(value, Mapping):
        return _head(7, len(value)) + b"".join(_encoded(k) + _encoded(v, KINDS.get(k, 5)) for k, v in value.items())
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_encoded, value))
    if isinstance(value, bool):
        return _head(14, int(value))
    if isinstance(value, int):
        raw = value.to_bytes(8).lstrip(b"\0")
        return _head(kind, len(raw)) + raw
    raw = str(value).encode()
    return _head(2, len(raw)) + raw


def _head(kind: int, size: int) -> bytes:
    more = b""
    if size >= 29:
        size, more = 29, bytes((size - 29,))
    return (bytes((size, kind - 7)) if kind > 7 else bytes((kind << 5 | size,))) + more
