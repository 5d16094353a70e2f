"""What others may ask of this room."""

from zweck.measure.closing import on_day_close
from zweck.measure.status import status

__all__ = ["on_day_close", "status"]
