"""Which database each place has, and had: a place that moved, or whose data are gone, is told and never begun anew.

The file `places` in the data folder notes each place at its first start, a line each: its id, and in which database
its data lie.
"""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from zweck.serve import sql
from zweck.serve.errors import DatabaseAway, WrongSetting
from zweck.serve.folders import write_whole
from zweck.settings import place_variable


def place_of(using: str) -> str:
    """The id of the place whose database this is; empty for the default one."""
    others = (place for place, alias in settings.PLACES.items() if alias == using and using != DEFAULT_DB_ALIAS)
    return next(others, "")


def variable(using: str) -> str:
    """The name of the setting that names a database."""
    place = place_of(using)
    return place_variable(place) if place else "ZWECK_DATABASE_URL"


def name_of(using: str) -> str:
    """A database in words, without its password."""
    at, place = sql.about(using), place_of(using)
    found = at["NAME"] if sql.is_file(using) else f"database {at['NAME']} at {at['HOST'] or 'the local socket'}"
    return f"place {place}: {found}" if place else found


def check() -> None:
    """That each place has a database of its own, and the one it had. Raises WrongSetting."""
    lie = Counter(map(_where, settings.DATABASES))
    for using in settings.DATABASES:
        if using != DEFAULT_DB_ALIAS and lie[_where(using)] > 1:
            raise WrongSetting(f"{variable(using)}: names another place's database; each place needs one of its own")
    for place in settings.PLACES_WITHOUT_DATABASE:
        forget = f"; if it was given up for good, remove its line from {_note()}"
        raise WrongSetting(
            f"place {place}: has no database; set {place_variable(place)}, or ZWECK_PLACE={place} if the default "
            f"database rests there{forget if place in settings.OPENED_PLACES else ''}"
        )
    for place, before in settings.OPENED_PLACES.items():
        now = settings.PLACES.get(place, "")
        if now != before:
            was, is_ = (_in_words(place, using) for using in (before, now))
            raise WrongSetting(
                f"place {place}: its data lie in {was}, and ZWECK_PLACE={settings.PLACE} would look for them in {is_}; "
                f"set ZWECK_PLACE as it was, or move the data and remove the place's line from {_note()}"
            )


def see(using: str) -> None:
    """That a place which was opened before still has what it had. Raises DatabaseAway."""
    if settings.OPENED_PLACES.get(place_of(using)) != using:
        return
    back = f"put it back, or remove the place's line from {_note()} to begin anew"
    # SQLite would make the file that it misses.
    if sql.is_file(using) and not Path(sql.about(using)["NAME"]).exists():
        raise DatabaseAway(f"{name_of(using)}: is missing; {back}")
    try:
        if not sql.has_tables(using):
            raise DatabaseAway(f"{name_of(using)}: is empty, though data were kept there; {back}")
    except DatabaseError:
        return  # whoever asks for its migrations is told the same


def note(databases: Collection[str]) -> None:
    """Remember in which of these databases the data of declared places lie, so that nobody looks elsewhere one day."""
    lie = {place: settings.PLACES[place] for place in settings.DECLARED_PLACES if place in settings.PLACES}
    lie = {place: using for place, using in lie.items() if using in databases}
    if lie.items() - settings.OPENED_PLACES.items():
        lines = sorted({**lie, **settings.OPENED_PLACES}.items())
        write_whole(_note(), "".join(f"{place} {using}\n" for place, using in lines).encode())


def _note() -> Path:
    return Path(settings.DATA) / "places"


def _where(using: str) -> tuple[str, ...]:
    return tuple(str(settings.DATABASES[using].get(key, "")) for key in ("HOST", "PORT", "NAME"))


def _in_words(place: str, using: str) -> str:
    return "the default database" if using == DEFAULT_DB_ALIAS else f"a database of its own ({place_variable(place)})"
