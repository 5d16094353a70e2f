"""Export and API say no more than what the proof of the declared uses knows of."""

from zweck.console.figures.api import Counts, NowAnswer
from zweck.console.figures.export import HEAD
from zweck.measure.proving.answers import FIELDS

COUNTED = set(FIELDS["Figures"])


def test_the_api_names_no_count_that_is_not_declared() -> None:
    assert set(Counts.model_fields) == COUNTED
    assert set(NowAnswer.model_fields) == set(FIELDS["Now"])


def test_the_export_names_no_count_that_is_not_declared() -> None:
    assert set(HEAD) - {"dimension", "value", "note"} == COUNTED - {"masked"}
