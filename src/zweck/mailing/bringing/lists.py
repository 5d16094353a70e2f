"""Reads a list that somebody brings along: a CSV file, or what listmonk exports. Line by line, in little memory.

A row counts only with the proof that came with it: when consent was given, and where that is on record. What cannot be
read is told with its line and a reason, never with what stood there.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import IO, Literal

from zweck.mailing.errors import BadFile

COLUMNS: Mapping[str, frozenset[str]] = {
    "email": frozenset({"email", "e-mail", "mail", "email address", "e-mail-adresse", "mailadresse", "address"}),
    "consent_at": frozenset({"consent_at", "consented_at", "double_opt_in_at", "einwilligung_am", "opt_in_at"}),
    "consent_source": frozenset({"consent_source", "source", "quelle", "einwilligung_quelle"}),
    "language": frozenset({"language", "lang", "sprache"}),
    "status": frozenset({"status"}),
    "attributes": frozenset({"attributes", "attribs"}),
}
LONGEST_SOURCE = 200
EARLIEST = 1990  # nobody asked by e-mail before
_AWAY = frozenset({"blocklisted", "blacklisted", "unsubscribed", "disabled", "abgemeldet", "bounced", "complained"})
_WAITING = frozenset({"unconfirmed", "pending"})
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", re.DOTALL)
_MARK = re.compile(r"[0-9a-f]{64}")

Code = Literal["quotes", "address", "characters", "date", "future", "source"]


@dataclass(frozen=True, slots=True)
class Consented:
    """When consent was given, and where that is on record: a form, a sheet in a folder, another system."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be read. `consent` None: it brings no proof. `is_away`: the other system sends it nothing."""

    line: int
    email: str
    consent: Consented | None
    language: str = ""
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken, and why."""

    line: int
    code: Code


@dataclass(frozen=True, slots=True)
class Shut:
    """A row of a suppression list: an address in clear, or its mark as our own export writes it."""

    line: int
    email: str = ""
    mark: bytes = b""


def read(stream: IO[bytes], zone: tzinfo, now: datetime) -> Iterator[Row | Refused]:
    """The rows of a list, one by one. `zone`: where days without one are counted. Raises BadFile."""
    lines = _Lines(stream)
    columns = _named_columns(lines.header)
    for line, cells in lines:
        if cells is None:
            yield Refused(line, "quotes")
        elif any(cells):
            yield _row(line, _named(columns, cells), zone, now)


def look(stream: IO[bytes]) -> None:
    """See whether this can be a list at all. Raises BadFile."""
    _named_columns(_Lines(stream).header)


def read_shut(stream: IO[bytes]) -> Iterator[Shut | Refused]:
    """The rows of a suppression list: its column `email`, or `mark`, or the first one where no line names any."""
    lines = _Lines(stream)
    names = [name.strip().casefold() for name in lines.header]
    at = next((i for i, name in enumerate(names) if name == "mark" or name in COLUMNS["email"]), None)
    if at is None:
        at = 0
        yield _shut(1, lines.header[0] if lines.header else "")
    for line, cells in lines:
        if cells is None:
            yield Refused(line, "quotes")
        elif any(cells):
            yield _shut(line, cells[at] if at < len(cells) else "")


class _Lines:
    """The rows of a CSV file with the number of the line each ends on; None for one whose quotes never close."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Read the header, from which the delimiter is told. Raises BadFile."""
        first = stream.readline(100_000)
        if b"\0" in first or first[:2] in (b"PK", b"\xff\xfe", b"\xfe\xff"):
            raise BadFile("not-csv", "this is no CSV file in UTF-8; save the list as “CSV (UTF-8)” and bring that", 1)
        if not first.strip():
            raise BadFile("empty", "the file is empty", 1)
        head = _text(first.removeprefix(b"\xef\xbb\xbf"))
        delimiter = max(",;\t", key=head.count)
        self.header = next(csv.reader([head], delimiter=delimiter))
        self._reader = csv.reader(map(_text, stream), delimiter=delimiter)

    def __iter__(self) -> Iterator[tuple[int, list[str] | None]]:
        while True:
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._reader.line_num + 1, None
                continue
            yield self._reader.line_num + 1, [cell.strip() for cell in cells]


def _text(line: bytes) -> str:
    """A line in UTF-8, else as older spreadsheets write it."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _named_columns(header: list[str]) -> dict[str, int]:
    columns = _columns(header)
    if "email" not in columns:
        raise BadFile("no-email", "the first line names no column “email”; it must name the columns", 1)
    return columns


def _columns(header: list[str]) -> dict[str, int]:
    names = [name.strip().casefold() for name in header]
    found = ((key, next((i for i, name in enumerate(names) if name in known), -1)) for key, known in COLUMNS.items())
    return {key: at for key, at in found if at >= 0}


def _named(columns: Mapping[str, int], cells: list[str]) -> dict[str, str]:
    named = {key: cells[at] if at < len(cells) else "" for key, at in columns.items()}
    # listmonk keeps whatever else it knows of a person in one JSON object; only these two are looked for.
    more = _object(named.pop("attributes", ""))
    for key in ("consent_at", "consent_source"):
        if not named.get(key) and isinstance(more.get(key), str):
            named[key] = str(more[key]).strip()
    return named


def _object(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text) if text.startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _row(line: int, named: Mapping[str, str], zone: tzinfo, now: datetime) -> Row | Refused:
    email, status = named["email"], named.get("status", "").casefold()
    if not email or "@" not in email or len(email) > 320:
        return Refused(line, "address")
    if any(not cell.isprintable() for cell in named.values()):
        return Refused(line, "characters")
    language = named.get("language", "")[:2].lower()
    if status in _AWAY:
        return Row(line, email, None, language, is_away=True)
    told, source = named.get("consent_at", ""), named.get("consent_source", "")
    if not told or not source or status in _WAITING:
        return Row(line, email, None, language)
    if len(source) > LONGEST_SOURCE or "@" in source:
        return Refused(line, "source")
    at = moment(told, zone)
    if at is None:
        return Refused(line, "date")
    if at > now:
        return Refused(line, "future")
    return Row(line, email, Consented(at, source), language)


def moment(told: str, zone: tzinfo) -> datetime | None:
    """The moment a cell tells: ISO 8601, or a German day; None for anything else."""
    german = _GERMAN_DAY.fullmatch(told)
    text = f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}{german[4].replace(',', '')}" if german else told
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    there = found if found.tzinfo else found.replace(tzinfo=zone)
    try:
        return there.astimezone(UTC) if there.year >= EARLIEST else None
    except OverflowError:
        return None


def _shut(line: int, cell: str) -> Shut | Refused:
    told = cell.strip()
    if _MARK.fullmatch(told.lower()):
        return Shut(line, mark=bytes.fromhex(told))
    if "@" in told and len(told) <= 320 and told.isprintable():
        return Shut(line, told)
    return Refused(line, "address")
