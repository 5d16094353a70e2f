"""Canaries: words that stand nowhere else, and the search for every trace of them in all files of a folder.

A word is looked for in each way in which a program might have put it down: as it is, in other alphabets of the
computer, and in the encodings of mails and pages. What is encrypted or packed shows nothing.
"""

import re
import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zweck.promises.values import CouldNotLook

MOST_BYTES = 256 * 1024 * 1024
# Where lines are broken: in mails, in folded headers, in base64.
_BROKEN = re.compile(rb"=?\r?\n[ \t]?")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a word. `how` names it; `folded`: whatever the case of its letters."""

    how: str
    written: bytes
    folded: bool = True


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search through all bytes came to. `found`: file, and how the word is written there."""

    files: int
    bytes: int
    found: tuple[str, ...]


def new() -> str:
    """A word of 24 letters that nobody has written before: fit for a name and for an address."""
    return "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(24))


@lru_cache(maxsize=256)
def spellings(word: str) -> tuple[Spelling, ...]:
    """All ways to write a word that are looked for."""
    plain = word.encode()
    return (
        Spelling("in the clear", plain.lower()),
        Spelling("in UTF-16", word.lower().encode("utf-16-le")),
        Spelling("in UTF-16, the other way round", word.lower().encode("utf-16-be")),
        Spelling("in UTF-32", word.lower().encode("utf-32-le")),
        Spelling("in hexadecimal digits", plain.hex().encode()),
        Spelling("percent-encoded", "".join(f"%{byte:02x}" for byte in plain).encode()),
        Spelling("quoted-printable", "".join(f"={byte:02x}" for byte in plain).encode()),
        Spelling("backwards", plain[::-1].lower()),
        *(Spelling("in base64", part, folded=False) for part in _base64(plain)),
        *(Spelling("in base64 of UTF-16", part, folded=False) for part in _base64(word.encode("utf-16-le"))),
    )


def _base64(plain: bytes) -> Iterator[bytes]:
    """What of a word's base64 is the same wherever the word begins, in both alphabets.

    Three places to begin at; the signs at both ends hang on the neighbours, and are left out.
    """
    for before in range(3):
        whole = b64encode(b"\0" * before + plain)
        inner = whole[-(-before * 4 // 3) + (before > 0) : (before + len(plain)) * 4 // 3 - 1]
        yield inner
        if (other := inner.replace(b"+", b"-").replace(b"/", b"_")) != inner:
            yield other


def search(folder: Path, wanted: Iterable[Spelling], but: Sequence[str] = ()) -> Searched:
    """Look for spellings in every file below a folder, except those named in `but`.

    Raises CouldNotLook where there is more than can be read.
    """
    spelt, files, size, found = tuple(wanted), 0, 0, set[str]()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name in but:
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # a temporary file that has gone meanwhile
        files, size = files + 1, size + len(content)
        if size > MOST_BYTES:
            raise CouldNotLook("the scratch instance wrote more than can be searched")
        found |= {f"{path.name}: {how}" for how in ways_in(content, spelt)}
    return Searched(files, size, tuple(sorted(found)))


def ways_in(content: bytes, wanted: Iterable[Spelling]) -> Iterator[str]:
    """How these spellings stand in a content, broken lines joined."""
    joined = _BROKEN.sub(b"", content) if b"\n" in content else content
    for whole in (content,) if joined == content else (content, joined):
        lowered = whole.lower()
        for one in wanted:
            if one.written in (lowered if one.folded else whole):
                yield one.how
