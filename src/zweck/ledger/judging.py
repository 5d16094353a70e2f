"""How an exported log and a receipt are judged, line by line and in little memory. Free of Django."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from zweck.ledger import formats
from zweck.ledger.entry import canonical, moment
from zweck.ledger.errors import BadNote, Unreadable
from zweck.ledger.imprint import stamps
from zweck.ledger.merkle import Frontier, includes, leaf_hash
from zweck.ledger.note import Head, Verifier, cosigned_at, opened, parts

_SCREENFUL = 50
_JITTER = timedelta(seconds=10)  # acts take their time before they commit, so neighbours may differ by a little

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement. `figures`: what was looked at."""

    kind: str
    trouble: tuple[str, ...]
    notes: tuple[str, ...]
    figures: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether nothing shows tampering."""
        return not self.trouble


@dataclass(frozen=True, slots=True)
class Known:
    """What the auditor brings along; all of it is worth more the longer they have had it."""

    verifier: Verifier | None = None
    witness: Verifier | None = None
    checkpoints: tuple[str, ...] = ()  # signed notes kept from earlier
    receipts: tuple[Fields, ...] = ()  # read receipt files, whose entries the log must contain


class LogJudge:
    """Takes the lines of an exported log one by one."""

    def __init__(self, header: Fields, known: Known) -> None:
        """Raises Unreadable, BadNote."""
        self._known = known
        self._trouble: list[str] = []
        self._notes: list[str] = []
        self._verifier = _judged_key(_text(header, "verifier", "header"), known, self._trouble, self._notes)
        self._start, self._size = _number(header, "start", "header"), _number(header, "size", "header")
        self._tree, self._begun = Frontier(), self._start == 0
        self._agreed, self._checkpoints, self._unlike, self._cosigned = self._start, 0, 0, 0
        self._leaves: set[bytes] = set()
        self._latest: datetime | None = None
        self._jumps: list[int] = []
        self._ended = False
        self._kept = self._trusted(known.checkpoints)

    def take(self, fields: Fields, where: str) -> None:
        """Judge one line. Raises Unreadable."""
        if self._ended:
            raise Unreadable(f"{where}: lines follow the end of the export")
        if "position" in fields:
            self._entry(fields, where)
        elif "checkpoint" in fields:
            self._checkpoint(fields, where)
        elif "end" in fields:
            self._end(fields, where)
        else:
            raise Unreadable(f"{where}: neither an entry nor a checkpoint nor the end")

    def report(self, where: str) -> Report:
        """The judgement, after the last line. Raises Unreadable when the end never came."""
        if not self._ended:
            raise Unreadable(f"{where}: the end is missing; the file was cut short, copy it again")
        for size in sorted(self._kept):
            self._trouble.append(f"the checkpoint you kept counts {size} entries, this log ends at {self._tree.size}")
        for receipt in self._known.receipts:
            leaf = _hash(receipt, "leaf", "receipt")
            if leaf not in self._leaves:
                self._trouble.append(
                    f"the entry of receipt {leaf.hex()[:16]} is not in the log, though it was promised"
                )
        if self._unlike > 1:
            self._trouble.append(f"{self._unlike} checkpoints in all do not fit the entries before them")
        if self._known.witness and self._checkpoints and not self._cosigned:
            self._trouble.append(f"no checkpoint is cosigned by {self._known.witness.name}")
        if self._jumps:
            self._notes.append(f"the clock went back {len(self._jumps)} times, first before position {self._jumps[0]}")
        if not self._known.checkpoints:
            self._notes.append("no earlier checkpoint was given: a log rewritten as a whole would look the same")
        figures = {"entries": self._tree.size - self._start, "checkpoints": self._checkpoints}
        return Report("log", tuple(self._trouble[:_SCREENFUL]), tuple(self._notes), figures)

    def _entry(self, fields: Fields, where: str) -> None:
        self._need_begun(where)
        position, leaf = _number(fields, "position", where), _hash(fields, "leaf", where)
        body, expected = _text(fields, "body", where), self._tree.size
        if position > expected:
            missing = f"{expected}" if position == expected + 1 else f"{expected} to {position - 1}"
            self._trouble.append(f"position {missing}: missing; position {position} stands there")
        elif position < expected:
            self._trouble.append(f"position {position}: stands where {expected} belongs; entries were swapped or added")
        if leaf_hash(body.encode("utf-8", "surrogatepass")) != leaf:
            self._trouble.append(f"position {position}: the entry was changed after it was recorded")
        if leaf in self._leaves:
            self._trouble.append(f"position {position}: repeats an earlier entry")
        self._leaves.add(leaf)
        self._body(position, body)
        self._tree.append(leaf)
        self._compare_kept()

    def _body(self, position: int, body: str) -> None:
        try:
            fields = json.loads(body)
            at = moment(fields["at"])
            in_form = canonical(fields) == body and all(isinstance(fields[key], str) for key in ("act", "id", "site"))
        except (ValueError, TypeError, KeyError, RecursionError):
            at, in_form = None, False
        if not in_form or at is None or at.utcoffset() is None:
            self._trouble.append(f"position {position}: not in the form in which the ledger writes")
            return
        if self._latest and at < self._latest - _JITTER:
            self._jumps.append(position)
        self._latest = at

    def _checkpoint(self, fields: Fields, where: str) -> None:
        note = _text(fields, "checkpoint", where)
        head = Head.parse(parts(note)[0])
        name = f"checkpoint at {head.size}"
        if self._begun:
            self._checkpoints += 1
        else:
            self._tree, self._begun = _resumed(self._start, _text(fields, "frontier", where), where), True
            self._compare_kept()
        try:
            opened(note, self._verifier)
        except BadNote as error:
            self._trouble.append(f"{name}: {error}")
        if head.origin != self._verifier.name:
            self._trouble.append(f"{name}: speaks for another log")
        if head.size < self._agreed or (head.size != self._tree.size and not self._trouble):
            self._trouble.append(f"{name}: stands after {self._tree.size} entries")
        elif head.root == self._tree.root():
            self._agreed = head.size
        else:
            self._unlike += 1
            if self._unlike == 1:
                self._trouble.append(f"{name}: positions {self._agreed} to {head.size - 1} are not what was signed")
        self._notes += [f"{name}: {line}" for line in head.extra if line.startswith("clock back")]
        self._testimonies(fields, note, name)

    def _testimonies(self, fields: Fields, note: str, name: str) -> None:
        for line in _texts(fields, "cosignatures", name):
            if self._known.witness is None:
                self._notes.append(f"{name}: a cosignature was not checked; give the witness's key with --witness")
                continue
            try:
                cosigned_at(note, line, self._known.witness)
            except BadNote as error:
                self._trouble.append(f"{name}: {error}")
            else:
                self._cosigned += 1
        for token in _texts(fields, "timestamps", name):
            if stamps(_base64(token, name), note):
                self._notes.append(f"{name}: carries a time stamp; check the authority with `openssl ts -verify`")
            else:
                self._trouble.append(f"{name}: its time stamp is over something else")

    def _end(self, fields: Fields, where: str) -> None:
        self._ended = True
        self._need_begun(where)
        counted = (_number(fields, "end", where), _number(fields, "checkpoints", where))
        if counted != (self._tree.size, self._checkpoints) or self._size != counted[0]:
            self._trouble.append(
                f"the export counts {counted[0]} entries and {counted[1]} checkpoints,"
                f" it holds {self._tree.size} and {self._checkpoints}"
            )
        if self._agreed < self._tree.size and not self._unlike:
            self._trouble.append(f"positions {self._agreed} to {self._tree.size - 1}: under no checkpoint")

    def _trusted(self, notes: tuple[str, ...]) -> dict[int, bytes]:
        """Size and root of the checkpoints that the auditor kept. Raises Unreadable where they cannot be compared."""
        kept: dict[int, bytes] = {}
        for note in notes:
            head = Head.parse(parts(note)[0])
            if 0 < head.size < self._start:
                raise Unreadable(
                    f"the export begins at {self._start}, your checkpoint is at {head.size}; ask for an export from 0"
                )
            try:
                opened(note, self._verifier)
            except BadNote as error:
                self._trouble.append(f"the checkpoint you kept, at {head.size}: {error}")
                continue
            if kept.setdefault(head.size, head.root) != head.root:
                self._trouble.append(f"two of your checkpoints at {head.size} differ: the log showed two faces")
        kept.pop(0, None)
        return kept

    def _need_begun(self, where: str) -> None:
        if not self._begun:
            raise Unreadable(f"{where}: an export from {self._start} on begins with its checkpoint")

    def _compare_kept(self) -> None:
        root = self._kept.pop(self._tree.size, None)
        if root is not None and root != self._tree.root():
            self._trouble.append(
                f"the checkpoint you kept, at {self._tree.size}: the entries before it are no longer the same"
            )


def judged_receipt(fields: Fields, known: Known) -> Report:
    """Judge a receipt: its promise, and its proof where it has one. Raises Unreadable, BadNote."""
    trouble: list[str] = []
    notes: list[str] = []
    verifier = _judged_key(_text(fields, "verifier", "receipt"), known, trouble, notes)
    leaf, body = _hash(fields, "leaf", "receipt"), _text(fields, "body", "receipt")
    if leaf_hash(body.encode("utf-8", "surrogatepass")) != leaf:
        trouble.append("the entry was changed after it was recorded")
    try:
        promised = opened(_text(fields, "promise", "receipt"), verifier).split("\n")
        if promised[:3] != [verifier.name, formats.PROMISE, b64encode(leaf).decode()]:
            trouble.append("the promise is about another entry")
    except BadNote as error:
        trouble.append(f"the promise: {error}")
    proof = fields.get("inclusion")
    if isinstance(proof, dict):
        trouble += _proof(proof, leaf, verifier)
    elif known.checkpoints:
        raise Unreadable("the receipt carries no proof to hold against your checkpoint; fetch it again")
    else:
        notes.append("only promised as yet; fetch the receipt again, or check an export with --receipt")
    return Report("receipt", tuple(trouble), tuple(notes), {"entries": 1, "proofs": int(isinstance(proof, dict))})


def _proof(proof: Fields, leaf: bytes, verifier: Verifier) -> list[str]:
    note, position = _text(proof, "checkpoint", "inclusion"), _number(proof, "position", "inclusion")
    hashes = [_bytes(text, "inclusion: hashes") for text in _texts(proof, "hashes", "inclusion")]
    try:
        head = Head.parse(opened(note, verifier))
    except BadNote as error:
        return [f"the checkpoint: {error}"]
    if head.origin != verifier.name:
        return ["the checkpoint speaks for another log"]
    if not includes(leaf, position, head.size, hashes, head.root):
        return [f"the proof does not lead from position {position} to the checkpoint at {head.size}"]
    return []


def _judged_key(text: str, known: Known, trouble: list[str], notes: list[str]) -> Verifier:
    """The key to judge with: the auditor's, else the one in the file, which can only show that the file is whole."""
    found = Verifier.parse(text)
    if known.verifier is None:
        notes.append(f"the key comes from the file itself; compare it with one you trust: {found}")
        return found
    if found != known.verifier:
        trouble.append(f"the file names another key than yours: {found}")
    return known.verifier


def _resumed(size: int, frontier: str, where: str) -> Frontier:
    try:
        return Frontier(size, bytes.fromhex(frontier))
    except ValueError as error:
        raise Unreadable(f"{where}: frontier: {error}") from None


def _base64(text: str, where: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise Unreadable(f"{where}: timestamps: expected base64") from None


def _text(fields: Fields, key: str, where: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        raise Unreadable(f"{where}: {key}: expected a text")
    return value


def _texts(fields: Fields, key: str, where: str) -> list[str]:
    value = fields.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Unreadable(f"{where}: {key}: expected a list of texts")
    return value


def _number(fields: Fields, key: str, where: str) -> int:
    value = fields.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unreadable(f"{where}: {key}: expected a whole number, 0 or more")
    return value


def _hash(fields: Fields, key: str, where: str) -> bytes:
    return _bytes(_text(fields, key, where), f"{where}: {key}")


def _bytes(text: str, what: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise Unreadable(f"{what}: expected 32 bytes in hexadecimal")
    return raw
