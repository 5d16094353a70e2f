"""`zweck activate` asks before it changes anything, and says so where nobody can answer."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from tests.policy.declared import SMALL
from zweck.editions import acts

MORE = """
[purposes.regatta]
name = "Regatta"
basis = "contract"
data = ["email"]
"""


@pytest.mark.django_db
def test_where_nobody_can_answer_nothing_comes_into_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(SMALL, encoding="utf-8")
    call_command("activate", policy)
    policy.write_text(SMALL + MORE, encoding="utf-8")
    monkeypatch.setattr("builtins.input", _nobody)

    with pytest.raises(CommandError, match="nobody is there to answer; `--yes`"):
        call_command("activate", policy)

    assert acts.current("club").number == 1


def _nobody(_question: str) -> str:
    raise EOFError


@pytest.mark.django_db
def test_a_new_place_is_told_to_need_a_restart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(SMALL, encoding="utf-8")
    call_command("activate", policy)
    before = capsys.readouterr().out
    policy.write_text(SMALL + '\n[places.attic]\nname = "Attic"\ncountry = "AT"\n', encoding="utf-8")

    call_command("activate", policy, "--yes")

    assert "start it anew" not in before
    assert "new: attic. A running service opens the database of a place when it starts" in capsys.readouterr().out


def test_a_database_that_takes_nothing_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OperationalError("database or disk is full")

    policy = tmp_path / "policy.toml"
    policy.write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(acts, "propose", full)

    with pytest.raises(CommandError, match=r"took nothing \(OperationalError\); the edition in force stays"):
        call_command("activate", policy)
