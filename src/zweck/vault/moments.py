"""Times as the tables hold them: whole microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """The number for an aware time."""
    return (moment - _START) // _MICROSECOND


def micros_or_none(moment: datetime | None) -> int | None:
    """The number for a time, where there is one."""
    return None if moment is None else micros(moment)


def moment(number: int | None) -> datetime | None:
    """The time for a number."""
    return None if number is None else _START + timedelta(microseconds=number)
