"""Where data rest: which database a place is, and rows of it as values."""

from zweck.vault.database import sql as database
from zweck.vault.errors import NoPlace
from zweck.vault.moments import moment
from zweck.vault.sql import GrantRow
from zweck.vault.values import Grant, Subject


def database_of(place: str) -> str:
    """The database of a place. Raises NoPlace."""
    found = database.places().get(place)
    if found is None:
        raise NoPlace(f"{place}: this installation has no such place; a new one in the policy needs a restart")
    return found


def places() -> tuple[str, ...]:
    """The places there are; one without a name where the policy names none."""
    return tuple(place for place in database.places() if place) or ("",)


def grant_of(row: GrantRow) -> Grant:
    """A grant as it is handed out."""
    return Grant(
        row.ident,
        Subject(row.site, row.place, row.subject),
        row.purpose,
        row.basis,
        row.edition,
        row.text_sha256.hex(),
        moment(row.since),
        moment(row.until),
        moment(row.ended),
        row.state,
    )
