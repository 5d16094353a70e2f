"""The record of a decision: written beside its ledger entry, in one transaction, or not at all."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import DatabaseError, transaction

from zweck.consent import sql
from zweck.consent.choice import ID_BYTES
from zweck.consent.deciding import Outcome
from zweck.consent.errors import NotRecorded
from zweck.consent.models import Record
from zweck.consent.question import Shown
from zweck.consent.values import Decision, Question, Visitor
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.policy.reading.choices import ANSWER_DAYS

ACT = "consent.recorded"
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_archived: set[str] = set()  # hashes that are in the archive for certain


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is hashed for the ledger; RFC 8785 in its canonical form."""

    site: str
    edition: int
    edition_sha256: str
    text_sha256: str
    choice: str  # id of the choice that holds from now on, in hex
    language: str
    layer: str
    action: str
    answers: tuple[tuple[str, str, str], ...]  # purpose, what was said, until when
    gpc: bool
    dnt: bool
    at: str
    valid_until: str
    withdrawn: str | None

    def digest(self) -> str:
        """SHA-256 of all of it. The id in it is random, so nobody can guess their way back from the digest."""
        return sha256(_encode({name: getattr(self, name) for name in self.__slots__}).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """A decision about to be recorded."""

    edition: Edition
    question: Question
    text: Shown
    decision: Decision
    before: Visitor
    outcome: Outcome

    @property
    def withdrawn(self) -> tuple[bytes, datetime] | None:
        """The id that is taken back, and the end of its last answer; none where nothing is."""
        if not self.outcome.narrows or self.before.choice is None or not self.outcome.before:
            return None
        return self.before.choice.id, max(answer.until for answer in self.outcome.before.values())

    def next_id(self) -> bytes:
        """The id that holds from now on: the same while choices only widen, a new one otherwise."""
        choice = self.before.choice
        if choice is None or self.before.is_withdrawn or self.outcome.narrows:
            return secrets.token_bytes(ID_BYTES)
        return choice.id


def keep(made: Made, id_: bytes, now: datetime) -> int:
    """Write the record and its entry, and archive the text; gives the record's number. Raises NotRecorded."""
    entry = _entry(made, id_, now)
    try:
        with transaction.atomic():
            if made.text.sha256 not in _archived:
                sql.archive(_archive_row(made))
            body = {"record": entry.digest(), "action": entry.action, "text": entry.text_sha256}
            written = ledger.record(ACT, entry.site, body, now)
            number = sql.insert_record((*_row(entry, made, id_, now), written.leaf, written.number))
    except DatabaseError as error:
        raise NotRecorded(f"the record could not be written ({type(error).__name__}); nothing was decided") from error
    if transaction.get_autocommit():  # else somebody may yet roll it back
        _archived.add(made.text.sha256)
    return number


def entry_of(record: Record) -> Entry:
    """A kept record as it was hashed."""
    withdrawn = record.withdrawn_id
    return Entry(
        site=record.site,
        edition=record.edition,
        edition_sha256=record.edition_sha256,
        text_sha256=record.text_sha256,
        choice=bytes(record.choice_id).hex(),
        language=record.language,
        layer=record.layer,
        action=record.action,
        answers=tuple((purpose, said, until) for purpose, said, until in json.loads(record.answers)),
        gpc=record.gpc,
        dnt=record.dnt,
        at=stamp(record.at),
        valid_until=stamp(record.valid_until),
        withdrawn=bytes(withdrawn).hex() if withdrawn is not None else None,
    )


def archive(edition: Edition, language: str, layer: str, lines: Sequence[str]) -> str:
    """See `acts.archive`."""
    body = body_of(edition, language, layer, lines)
    digest = sha256(body.encode()).hexdigest()
    if digest not in _archived:
        try:
            with transaction.atomic():
                sql.archive((digest, edition.site, edition.number, language, layer, body))
        except DatabaseError as failed:
            raise NotRecorded("the archive of texts did not take the text") from failed
        if transaction.get_autocommit():  # else somebody may yet roll it back
            _archived.add(digest)
    return digest


def hash_of(edition: Edition, language: str, layer: str, lines: Sequence[str]) -> str:
    """See `acts.hash_of`."""
    return sha256(body_of(edition, language, layer, lines).encode()).hexdigest()


def body_of(edition: Edition, language: str, layer: str, lines: Sequence[str]) -> str:
    """A text as it is archived and hashed."""
    return _encode({"site": edition.site, "language": language, "layer": layer, "text": list(lines)})


def forget() -> None:
    """Know of no archived text; for tests."""
    _archived.clear()


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond, as the ledger writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _entry(made: Made, id_: bytes, now: datetime) -> Entry:
    given, withdrawn = made.outcome.given, made.withdrawn
    # A reset answers nothing; its record is kept as long as an answer given now would be.
    valid_until = max((answer.until for answer in given.values()), default=now + timedelta(days=ANSWER_DAYS))
    return Entry(
        site=made.edition.site,
        edition=made.edition.number,
        edition_sha256=made.edition.sha256,
        text_sha256=made.text.sha256,
        choice=id_.hex(),
        language=made.question.language,
        layer=made.question.layer,
        action=made.decision.action,
        answers=tuple((purpose, answer.said, f"{answer.until:%Y-%m-%d}") for purpose, answer in given.items()),
        gpc=made.before.signals.gpc,
        dnt=made.before.signals.dnt,
        at=stamp(now),
        valid_until=stamp(valid_until),
        withdrawn=withdrawn[0].hex() if withdrawn else None,
    )


def _row(entry: Entry, made: Made, id_: bytes, now: datetime) -> sql.Row:
    withdrawn_id, withdrawn_until = made.withdrawn or (None, None)
    return (
        entry.site,
        entry.edition,
        entry.edition_sha256,
        entry.text_sha256,
        id_,
        entry.language,
        entry.layer,
        entry.action,
        _encode(entry.answers),
        entry.gpc,
        entry.dnt,
        *sql.moments(now, datetime.fromisoformat(entry.valid_until)),
        withdrawn_id,
        *sql.moments(withdrawn_until),
    )


def _archive_row(made: Made) -> sql.Row:
    asked = made.question
    return made.text.sha256, asked.site, asked.edition, asked.language, asked.layer, made.text.body
