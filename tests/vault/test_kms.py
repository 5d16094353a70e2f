"""Keys may lie in a key service."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.vault.kms import ExampleKms
from tests.vault.world import BEN, collect
from zweck.vault import acts, masters
from zweck.vault.values import Reading


@pytest.mark.usefixtures("club")
def test_everything_works_with_a_key_service_and_no_key_lies_here(now: datetime, settings: Settings) -> None:
    settings.KEY_PROVIDER = "tests.vault.kms.ExampleKms"
    masters.forget()
    ExampleKms.kept.clear()
    ExampleKms.calls.clear()

    given = collect(now)
    wanted = Reading(given.subject, "newsletter", ("name",), "staff:1", "a test")
    assert [acts.read(wanted, now) for _ in range(3)] == [{"name": BEN["name"]}] * 3

    assert ExampleKms.calls == ["unwrap"]
    assert "ordinary-1" in ExampleKms.kept
    assert not (Path(settings.KEYS) / "vault").exists()
