"""What others may ask of this room."""

from zweck.measure.closing import on_day_close
from zweck.measure.proving.apart import NO_NAME as NAMELESS_COLUMNS
from zweck.measure.reading.filtered import Asked, filtered
from zweck.measure.reading.noise import Blur, blurred
from zweck.measure.reading.report import last_closed, real_time, report
from zweck.measure.status import status

__all__ = [
    "NAMELESS_COLUMNS", "Asked", "Blur", "blurred", "filtered", "last_closed", "on_day_close", "real_time", "report",
    "status",
]  # fmt: skip
