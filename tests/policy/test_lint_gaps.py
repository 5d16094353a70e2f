"""No rule stumbles over a policy that leaves something out."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from zweck.policy.lint import lint
from zweck.policy.load import Loaded
from zweck.policy.model import Policy
from zweck.policy.reading.crosscheck import crosscheck
from zweck.policy.reading.lines import Lines

COMPANIES = sorted((Path(__file__).parent / "companies").glob("*.toml"))
TODAY = date(2026, 11, 22)


def gapped(data: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """The policy without one of its keys, then without one of the keys below."""
    for key, value in data.items():
        yield {other: kept for other, kept in data.items() if other != key}
        if isinstance(value, dict):
            for below in value:
                yield {**data, key: {other: kept for other, kept in value.items() if other != below}}


@pytest.mark.parametrize("path", COMPANIES, ids=lambda path: path.stem)
def test_every_policy_that_can_be_read_can_be_judged(path: Path) -> None:
    judged = 0

    for data in gapped(tomllib.loads(path.read_text("utf-8"))):
        try:
            policy = Policy.model_validate(data)
        except ValidationError:
            continue
        if not any(crosscheck(data)):
            lint(Loaded(policy, b"", "", Lines({}), "gap.toml"), TODAY)
            judged += 1

    assert judged > 10
