"""Days where a site is: when they begin and end, in milliseconds since 1970."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

OVERLAP_MS = 30 * 60 * 1000  # a visit that goes on at midnight stays one visit; so long is the day's key kept
CARRY_MS = (
    OVERLAP_MS - 60_000
)  # from then on a hit counts for the new day: what is taken must be written before the end


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day: its number (`date.toordinal()`), and its ends. 23 to 25 hours, where clocks are changed."""

    number: int
    starts: int
    ends: int

    def __contains__(self, moment: int) -> bool:
        return self.starts <= moment < self.ends

    @property
    def until(self) -> int:
        """When its key and its events are destroyed."""
        return self.ends + OVERLAP_MS


def day_at(zone: str, moment: int) -> LocalDay:
    """The day of this moment. A midnight that the clocks skip is the moment at which they skip it."""
    return day_numbered(zone, datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).toordinal())


def day_numbered(zone: str, number: int) -> LocalDay:
    """The day with this number."""
    return LocalDay(number, _midnight(zone, number), _midnight(zone, number + 1))


def _midnight(zone: str, number: int) -> int:
    at = datetime.combine(date.fromordinal(number), datetime.min.time(), ZoneInfo(zone))
    return int(at.astimezone(UTC).timestamp()) * 1000


def milliseconds(moment: datetime) -> int:
    """An aware moment as the tables write it."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def moment_of(number: int) -> datetime:
    """The other way round."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)
