"""`zweck activate` asks before it changes anything, and says so where nobody can answer."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

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
