"""Reads a whole MaxMind DB file, in the order of its addresses, down to the network that is left of an address.

Only for packing a table: it decodes each record once, where a reader for single look-ups decodes the same one again
and again. Format: https://maxmind.github.io/MaxMind-DB/ (version 2.0).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from struct import unpack_from

from zweck.origin.errors import NotATable

METADATA = b"\xab\xcd\xefMaxMind.com"
SEPARATOR_BYTES = 16
POINTER, TEXT, DOUBLE, BYTES, MAP, ARRAY, BOOLEAN, FLOAT = 1, 2, 3, 4, 7, 11, 14, 15
SIZES = {29: (1, 29), 30: (2, 285), 31: (3, 65_821)}  # control size -> further bytes, and what they add to
POINTERS = (0, 2_048, 526_336, 0)

Value = object


class Decoder:
    """Values of a data section. `base`: where in the file its offsets count from."""

    def __init__(self, file: memoryview, base: int) -> None:
        self._file, self._base = file, base

    def at(self, offset: int) -> tuple[Value, int]:
        """The value that stands there, and where the next one begins."""
        control = self._file[offset]
        offset += 1
        kind = control >> 5
        if kind == POINTER:
            return self._pointed(control, offset)
        if kind == 0:
            kind = self._file[offset] + 7
            offset += 1
        size = control & 31
        if size in SIZES:
            more, plus = SIZES[size]
            size = int.from_bytes(self._file[offset : offset + more]) + plus
            offset += more
        return self._value(kind, size, offset)

    def _pointed(self, control: int, offset: int) -> tuple[Value, int]:
        width = (control >> 3) & 3
        high = 0 if width == 3 else control & 7
        target = int.from_bytes(bytes((high,)) + bytes(self._file[offset : offset + width + 1])) + POINTERS[width]
        return self.at(self._base + target)[0], offset + width + 1

    def _value(self, kind: int, size: int, offset: int) -> tuple[Value, int]:
        if kind in (MAP, ARRAY):
            return self._many(kind, size, offset)
        if kind == BOOLEAN:
            return bool(size), offset
        raw = bytes(self._file[offset : offset + size])
        if kind == TEXT:
            return raw.decode("utf-8"), offset + size
        if kind in (DOUBLE, FLOAT):
            return unpack_from(">d" if kind == DOUBLE else ">f", raw)[0], offset + size
        return (raw if kind == BYTES else int.from_bytes(raw)), offset + size

    def _many(self, kind: int, size: int, offset: int) -> tuple[Value, int]:
        values = []
        for _ in range(2 * size if kind == MAP else size):
            value, offset = self.at(offset)
            values.append(value)
        return (dict(zip(values[::2], values[1::2], strict=True)) if kind == MAP else values), offset


class Tree:
    """The search tree of a file. Raises NotATable for what is no such file."""

    def __init__(self, content: bytes) -> None:
        start = content.rfind(METADATA)
        if start < 0:
            raise NotATable("this is no MaxMind DB file (.mmdb): the mark at its end is missing")
        self._file = memoryview(content)
        start += len(METADATA)
        try:
            self.about = self._mapping(Decoder(self._file, start).at(start)[0])
            self._nodes, self._bits = int(str(self.about["node_count"])), int(str(self.about["record_size"]))
            self._depth = 128 if self.about["ip_version"] == 6 else 32
        except (IndexError, KeyError, ValueError, RecursionError) as wrong:
            raise NotATable(f"the description at the file's end cannot be read ({type(wrong).__name__})") from None
        if self._bits not in (24, 28, 32):
            raise NotATable(f"a record size of {self._bits} bits is not known, 24, 28 or 32 would be right")
        self._data = self._nodes * self._bits // 4 + SEPARATOR_BYTES
        self._decoder = Decoder(self._file, self._data)

    @staticmethod
    def _mapping(value: Value) -> Mapping[str, Value]:
        return value if isinstance(value, dict) else {}

    def _pair(self, node: int) -> tuple[int, int]:
        at, file = node * self._bits // 4, self._file
        if self._bits == 32:
            left, right = unpack_from(">II", file, at)
            return left, right
        if self._bits == 24:
            return int.from_bytes(file[at : at + 3]), int.from_bytes(file[at + 3 : at + 6])
        both, middle = file[at : at + 7], file[at + 3]
        return (middle >> 4) << 24 | int.from_bytes(both[:3]), (middle & 15) << 24 | int.from_bytes(both[4:])

    def _root_v4(self) -> int:
        node = 0
        for _ in range(self._depth - 32):
            if node >= self._nodes:
                break
            node = self._pair(node)[0]
        return node

    def networks(self, read: Callable[[Mapping[str, Value]], str], is_v4: bool) -> Iterator[tuple[int, str]]:
        """First network and label of each run of equal ones, in order: /24 of IPv4, /48 of IPv6.

        Where a network has several labels, the one of most of its addresses counts. `read` makes a record a label;
        an empty one means nothing is known.
        """
        known: dict[int, str] = {}

        def label(record: int) -> str:
            if record == self._nodes:
                return ""
            if record not in known:
                at = record - self._nodes + self._data - SEPARATOR_BYTES
                known[record] = read(self._mapping(self._decoder.at(at)[0]))
            return known[record]

        if not is_v4 and self._depth == 32:
            return
        root, grain = self._root_v4(), (24 if is_v4 else 48)
        last = None
        for start, found in self._walk(root if is_v4 else 0, grain, -1 if is_v4 else root, label):
            if found != last:
                yield start, found
                last = found

    def _walk(self, root: int, grain: int, skipped: int, label: Callable[[int], str]) -> Iterator[tuple[int, str]]:
        """Leaves in order. `skipped`: the tree of IPv4, which others mirror: nothing is said there."""
        waiting = [(root, 0, 0)]
        while waiting:
            node, depth, start = waiting.pop()
            if node == skipped and node < self._nodes:
                yield start, ""
            elif node >= self._nodes:
                yield start, label(node)
            elif depth == grain:
                yield start, self._most(node, label)
            else:
                left, right = self._pair(node)
                waiting.append((right, depth + 1, start | 1 << (grain - depth - 1)))
                waiting.append((left, depth + 1, start))

    def _most(self, node: int, label: Callable[[int], str]) -> str:
        """The label of most addresses below a node."""
        votes: Counter[str] = Counter()
        waiting = [(node, 0)]
        while waiting:
            below, depth = waiting.pop()
            if below >= self._nodes:
                votes[label(below)] += 1 << (96 - depth)
            elif depth < 96:
                waiting += [(one, depth + 1) for one in self._pair(below)]
        return max(sorted(votes), key=votes.__getitem__)
