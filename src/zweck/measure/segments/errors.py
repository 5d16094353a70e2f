"""What can go wrong with segments.

measure.errors.MeasureError
└── SegmentTrouble     a file cannot be written, read or erased
    └── NoColumns      DuckDB is not installed
"""

from zweck.measure.errors import MeasureError


class SegmentTrouble(MeasureError):  # noqa: N818
    """Something about a segment; the message says what and what would be right."""


class NoColumns(SegmentTrouble):
    """The extra is missing."""
