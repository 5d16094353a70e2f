"""Reads of many subjects at once, in one statement: a campaign asks for hundreds in each half second."""

from collections import defaultdict
from collections.abc import Sequence

from zweck.vault import places
from zweck.vault.entries import sql
from zweck.vault.errors import NotPermitted
from zweck.vault.reading import Reader
from zweck.vault.sql import ReadRow
from zweck.vault.values import Subject


def read_each(
    reader: Reader, subjects: Sequence[Subject], purpose: str, fields: tuple[str, ...]
) -> list[dict[str, str] | NotPermitted]:
    """The values of each of these subjects of one site, in order, or why they are not given; recorded as any read.

    Inside a transaction, in which the purpose stays named to the database. Raises KeyTrouble, and NotPermitted for
    subjects of another database than the reader's.
    """
    if any(places.database_of(place) != reader.using for place in {subject.place for subject in subjects}):
        raise NotPermitted("other-place", "this reader reads in another place; open one for the subjects'")
    found: dict[bytes, list[ReadRow]] = defaultdict(list)
    if subjects:
        ids = [subject.id for subject in subjects]
        for row in sql.read_each(reader.using, (subjects[0].site, purpose), ids, fields):
            found[bytes(row[0])].append(row[1:])
    return [_given(reader, found[subject.id], subject, purpose, fields) for subject in subjects]


def _given(
    reader: Reader, rows: list[ReadRow], subject: Subject, purpose: str, fields: tuple[str, ...]
) -> dict[str, str] | NotPermitted:
    try:
        return reader.opened(rows, subject, purpose, fields, None)
    except NotPermitted as refused:
        return refused
