"""A table of networks and the country, in the USA the state, that each lies in. Sorted starts, and a label for each.

On disk it is packed (about 1.5 MB for all addresses there are), and unpacked once into a file that every process maps:
a look-up then searches in shared pages, and nothing is loaded at a start.
"""

import json
import lzma
import mmap
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, Literal

from zweck.origin.errors import NotATable
from zweck.origin.values import About

PACKED = b"zweck places 1\n"
UNPACKED = b"zweck places 1, unpacked, " + sys.byteorder.encode() + b"\n"
HEAD_BYTES = 8192  # of an unpacked file: its mark, its description, and zeros
Kind = Literal["I", "Q", "H"]
V4: Final = "I"  # 24 bits of an IPv4 address
V6: Final = "Q"  # 48 bits of an IPv6 address
LABEL: Final = "H"  # which of the labels
WIDTHS: dict[str, int] = {V4: 4, V6: 8, LABEL: 2}

Run = tuple[int, str]  # the first network of several neighbours, and what they have in common


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file says of itself: how many runs there are, and the labels they point to."""

    about: About
    v4: int
    v6: int
    labels: tuple[str, ...]

    def written(self) -> bytes:
        """As a line of JSON."""
        said = asdict(self) | {"about": asdict(self.about) | {"built": self.about.built.isoformat()}}
        return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _shape(line: bytes) -> Shape:
    try:
        said = json.loads(line)
        about = About(**said["about"] | {"built": date.fromisoformat(said["about"]["built"])})
        return Shape(about, int(said["v4"]), int(said["v6"]), tuple(map(str, said["labels"])))
    except (ValueError, KeyError, TypeError) as wrong:
        raise NotATable(f"its description cannot be read ({type(wrong).__name__})") from None


Columns = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]


class Table:
    """A table ready for look-ups. `starts` and `labels` are sequences of numbers in memory or in a mapped file."""

    __slots__ = ("_v4", "_v4_labels", "_v6", "_v6_labels", "about", "names", "runs")

    def __init__(self, shape: Shape, columns: Columns) -> None:
        self.about = shape.about
        self.names = shape.labels
        self.runs = shape.v4, shape.v6
        self._v4, self._v4_labels, self._v6, self._v6_labels = columns

    def label(self, network: bytes) -> str:
        """`DE`, `US-CA`, or nothing where nothing is known: of 3 bytes of an IPv4 address, or 6 of an IPv6 one."""
        if len(network) == 3:
            return self.names[self._v4_labels[bisect_right(self._v4, int.from_bytes(network)) - 1]]
        if len(network) == 6:
            return self.names[self._v6_labels[bisect_right(self._v6, int.from_bytes(network)) - 1]]
        return ""


def made(about: About, v4: Iterable[Run], v6: Iterable[Run]) -> tuple[Shape, tuple["array[int]", ...]]:
    """A table's columns, from runs in order. What lies before the first run is unknown."""
    numbers: dict[str, int] = {"": 0}
    columns: list[array[int]] = []
    for runs, kind in ((v4, V4), (v6, V6)):
        starts, labels = array(kind, (0,)), array(LABEL, (0,))
        for start, label in runs:
            if start == starts[-1]:
                labels[-1] = numbers.setdefault(label, len(numbers))
            elif numbers.setdefault(label, len(numbers)) != labels[-1]:
                starts.append(start)
                labels.append(numbers[label])
        columns += [starts, labels]
    return Shape(about, len(columns[0]), len(columns[2]), tuple(numbers)), tuple(columns)


def in_memory(about: About, v4: Iterable[Run], v6: Iterable[Run]) -> Table:
    """A small table that needs no file."""
    shape, (starts4, labels4, starts6, labels6) = made(about, v4, v6)
    return Table(shape, (starts4, labels4, starts6, labels6))


def packed(about: About, v4: Iterable[Run], v6: Iterable[Run]) -> bytes:
    """A table as it is shipped: the differences between starts, byte by byte, so that equal bytes lie together."""
    shape, columns = made(about, v4, v6)
    parts = []
    for column in columns:
        is_label = column.typecode == LABEL
        parts.append(
            _planes(column if is_label else array(column.typecode, (b - a for a, b in pairwise((0, *column)))))
        )
    body = lzma.compress(b"".join(parts), preset=9 | lzma.PRESET_EXTREME)
    return PACKED + shape.written() + body


def _planes(column: "array[int]") -> bytes:
    raw = array(column.typecode, column)
    if sys.byteorder == "big":
        raw.byteswap()
    content, width = raw.tobytes(), WIDTHS[column.typecode]
    return content if column.typecode == LABEL else b"".join(content[byte::width] for byte in range(width))


def unpack(content: bytes) -> bytes:
    """A packed table as the file that is mapped. Raises NotATable."""
    if not content.startswith(PACKED):
        raise NotATable("this is no packed table of places")
    line, _, body = content[len(PACKED) :].partition(b"\n")
    shape = _shape(line)
    try:
        raw = lzma.decompress(body)
    except lzma.LZMAError as wrong:
        raise NotATable(f"its content is damaged ({wrong})") from None
    head = UNPACKED + shape.written()
    if len(raw) != _size(shape) or len(head) > HEAD_BYTES:
        raise NotATable("its content is not as long as its description says")
    parts, at = [head.ljust(HEAD_BYTES, b"\0")], 0
    for kind, count in _layout(shape):
        size = WIDTHS[kind] * count
        column = _column(kind, raw[at : at + size])
        if kind != LABEL:
            column = array(kind, accumulate(column))
        elif max(column) >= len(shape.labels):
            raise NotATable("it points to a label that it does not have")
        # Each column begins where a number of its width may begin.
        parts.append(column.tobytes().ljust(_padded(size), b"\0"))
        at += size
    return b"".join(parts)


def _column(kind: str, content: bytes) -> "array[int]":
    width, count = WIDTHS[kind], len(content) // WIDTHS[kind]
    if kind != LABEL:
        woven = bytearray(len(content))
        for byte in range(width):
            woven[byte::width] = content[byte * count : (byte + 1) * count]
        content = bytes(woven)
    column = array(kind)
    column.frombytes(content)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _layout(shape: Shape) -> tuple[tuple[Kind, int], ...]:
    return ((V4, shape.v4), (LABEL, shape.v4), (V6, shape.v6), (LABEL, shape.v6))


def _size(shape: Shape) -> int:
    return sum(WIDTHS[kind] * count for kind, count in _layout(shape))


def _padded(size: int) -> int:
    return (size + 7) // 8 * 8


def mapped(file: Path) -> Table:
    """An unpacked table, from a file that nobody changes while it is used. Raises NotATable, OSError."""
    with file.open("rb") as opened:
        pages = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    head = bytes(pages[:HEAD_BYTES])
    if not head.startswith(UNPACKED):
        raise NotATable("this is no unpacked table of places")
    shape = _shape(head[len(UNPACKED) :].partition(b"\n")[0])
    columns: list[memoryview[int]] = []
    at = HEAD_BYTES
    for kind, count in _layout(shape):
        size = WIDTHS[kind] * count
        if len(pages) < at + size:
            raise NotATable("it ends too early")
        columns.append(pages[at : at + size].cast(kind))
        at += _padded(size)
    return Table(shape, (columns[0], columns[1], columns[2], columns[3]))


def description(file: Path) -> Shape:
    """What a packed table says of itself, without unpacking it. Raises NotATable, OSError."""
    with file.open("rb") as opened:
        if opened.read(len(PACKED)) != PACKED:
            raise NotATable("this is no packed table of places")
        return _shape(opened.readline())
