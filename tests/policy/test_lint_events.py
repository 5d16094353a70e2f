"""How long single measurements are kept is what the statement says of them."""

from datetime import date
from pathlib import Path

import pytest

from zweck.policy.lint import Defect, lint
from zweck.policy.load import loads

REFERENCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_text("utf-8")
USAGE = 'name = { de = "einzelne Messwerte", en = "single measurements" }\ndays = 1\n'


def found(kept: int, declared: str = "days = 1", provider: str = "") -> list[Defect]:
    """What the linter says of events in the reference policy, with these periods."""
    source = REFERENCE.replace("keeps_events_days = 1\n", f"keeps_events_days = {kept}\n")
    source = source.replace(USAGE, USAGE.replace("days = 1", declared))
    source = source.replace('permission = "consent"\naddresses', f'permission = "consent"\n{provider}\naddresses')
    defects = lint(loads(source.encode(), "reference.toml"), date(2026, 11, 22))
    return [one for one in defects if one.code == "RETENTION-EVENTS"]


@pytest.mark.parametrize(("kept", "declared"), [(2, "days = 1"), (90, "days = 30"), (2, "days = 0")])
def test_events_that_are_kept_longer_than_said_are_a_defect(kept: int, declared: str) -> None:
    (defect,) = found(kept, declared)

    assert f"Events are kept for {kept} days" in defect.message
    assert "retention[" in defect.message


@pytest.mark.parametrize(
    ("kept", "declared"), [(1, "days = 1"), (0, "days = 0"), (30, "days = 30"), (9, "days = 30"), (90, "years = 1")]
)
def test_events_that_are_kept_as_said_or_shorter_are_none(kept: int, declared: str) -> None:
    assert found(kept, declared) == []


def test_a_provider_s_events_are_not_ours_to_keep() -> None:
    assert found(90, provider='provider = "aws"') == []
