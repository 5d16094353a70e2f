"""Who wants a day's events before they go."""

from collections.abc import Callable, Iterator
from datetime import date

from zweck.measure.values import Happening

# Called once for each site and day at its close, in the work child, before the events are deleted; again when the close
# was killed half-way. What raises here keeps the events until the next try.
on_day_close: list[Callable[[str, date, Iterator[Happening]], None]] = []
