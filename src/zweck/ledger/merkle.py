"""The tree of RFC 6962 and RFC 9162 (section 2.1), and nothing else: no storage, no keys, no Django.

Hashes are SHA-256. A proof is made from `hash_of(start, end)`, the root over leaves [start, end), so that the caller
decides where hashes come from.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
HASH_BYTES = 32

HashOf = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """A tree that only grows: of n leaves it keeps the roots of its full subtrees, one per set bit of n."""

    __slots__ = ("_roots", "size")

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        """Continue from `packed`, as `pack()` gave it. Raises ValueError when the two do not belong together."""
        if size < 0 or len(packed) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a frontier of {size} leaves has {max(size, 0).bit_count()} hashes of 32 bytes")
        self.size = size
        self._roots = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the end."""
        rest = self.size
        while rest & 1:
            leaf = node_hash(self._roots.pop(), leaf)
            rest >>= 1
        self._roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._roots:
            return EMPTY
        *lower, root = self._roots
        for left in reversed(lower):
            root = node_hash(left, root)
        return root

    def pack(self) -> bytes:
        """The hashes, largest subtree first, one after the other."""
        return b"".join(self._roots)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in constant memory."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion(index: int, size: int, hash_of: HashOf) -> tuple[bytes, ...]:
    """The audit path of a leaf in a tree of `size` leaves, lowest sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"position {index} is not in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return tuple(hash_of(*part) for part in reversed(path))


def consistency(old: int, new: int, hash_of: HashOf) -> tuple[bytes, ...]:
    """The proof that a tree of `new` leaves begins with that of `old` leaves."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot extend one of {old}")
    if old in (0, new):
        return ()
    start, end, whole, parts = 0, new, True, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start, whole = middle, False
    if not whole:
        parts.append((start, end))
    return tuple(hash_of(*part) for part in reversed(parts))


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def extends(sizes: tuple[int, int], proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Whether the proof shows that the newer tree begins with the older (RFC 9162, 2.1.4.2)."""
    (old, new), (old_root, new_root) = sizes, roots
    if old == new or old == 0:
        return not proof and old_root == (new_root if old == new else EMPTY)
    if not 0 < old < new or not proof:
        return False
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
