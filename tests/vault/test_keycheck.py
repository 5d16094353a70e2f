"""A lost, foreign or open key is told before the service starts, in words that help."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tests.vault.world import collect
from zweck.vault import masters
from zweck.vault.errors import KeyTrouble
from zweck.vault.keys import Environment, Files

pytestmark = pytest.mark.usefixtures("club")


@pytest.fixture
def key(now: datetime, settings: Settings) -> Path:
    """The file of a key that data were locked with."""
    collect(now)
    masters.forget()
    return Path(settings.KEYS) / "vault" / "ordinary-1.key"


def told() -> list[str]:
    return [one.msg for one in run_checks(databases=["default"]) if one.id == "zweck.E010"]


def test_with_the_right_keys_nothing_is_told(key: Path) -> None:
    assert key.exists()
    assert told() == []


def test_a_missing_key_is_named_with_its_place(key: Path) -> None:
    key.unlink()

    (message,) = told()
    assert message.startswith(f"{key}: is missing")
    assert "ZWECK_KEYS" in message


def test_another_key_of_the_same_name_is_not_taken_for_it(key: Path, now: datetime, tmp_path: Path) -> None:
    Files(tmp_path / "others").make("ordinary-1", now)
    key.write_bytes((tmp_path / "others" / "ordinary-1.key").read_bytes())

    (message,) = told()
    assert f"{key}: is not the key that this database relies on" in message


def test_a_broken_file_is_told(key: Path) -> None:
    key.write_text("nothing")

    assert told() == [f"{key}: holds no key of this name; put back the right file from your key backup"]


def test_a_key_that_others_may_open_is_told_with_the_command(key: Path) -> None:
    key.chmod(0o644)

    assert told() == [f"{key}: others on this machine may open it; run: chmod 0600 {key}"]


def test_keys_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setenv("ZWECK_KEY_ORDINARY_3", "2026-11-22," + "ab" * 32)
    held = Environment()

    assert held.names() == ("ordinary-3",)
    assert held.unwrap("ordinary-3", held.wrap("ordinary-3", b"k" * 32, b"for this"), b"for this") == b"k" * 32
    with pytest.raises(KeyTrouble, match="ZWECK_KEY_HOLD_1: is not set; set it to 2026-11-22, a comma"):
        held.make("hold-1", now)
