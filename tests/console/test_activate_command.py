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


def test_a_database_that_takes_nothing_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OperationalError("database or disk is full")

    policy = tmp_path / "policy.toml"
    policy.write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(acts, "propose", full)

    with pytest.raises(CommandError, match=r"took nothing \(OperationalError\); the edition in force stays"):
        call_command("activate", policy)
