"""What others may ask of this room."""

from zweck.measure.closing import on_day_close
from zweck.measure.reading.noise import Blur, blurred
from zweck.measure.reading.report import real_time, report
from zweck.measure.segments.reading import filtered
from zweck.measure.status import status

__all__ = ["Blur", "blurred", "filtered", "on_day_close", "real_time", "report", "status"]
