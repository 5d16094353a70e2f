"""`zweck mail take` tells a mail server by its exit code what to do with the mail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.disclosure.incoming.mails import mail
from zweck.disclosure.incoming.values import MOST_BYTES

ROOT = Path(__file__).parents[3]


def take(folder: Path, raw: bytes, *words: str, **more: str) -> tuple[int, str]:
    """Pipe a mail; the exit code and what was said."""
    where = {"ZWECK_DATA": str(folder / "data"), "ZWECK_KEYS": str(folder / "keys"), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "zweck.cli", "mail", "take", *words],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "zweck.settings", **where, **more},
        input=raw,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stderr.decode()


def test_a_mail_that_cannot_be_read_goes_back_with_the_reason(tmp_path: Path) -> None:
    code, said = take(tmp_path, mail().as_bytes() + b"x" * MOST_BYTES)

    assert (code, said) == (65, "5.6.0 not taken: larger than 10 MB\n")


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ((), {}),  # no database yet
        ((), {"ZWECK_DATABASE_URL": "postgres://zweck:hush@127.0.0.1:9/zweck"}),
        ((), {"ZWECK_PORT": "no number"}),
        (("--unknown",), {}),
    ],
    ids=["no database", "unreachable", "wrong setting", "wrong option"],
)
def test_whatever_else_goes_wrong_makes_the_server_try_again(
    words: tuple[str, ...], settings: dict[str, str], tmp_path: Path
) -> None:
    code, said = take(tmp_path, mail().as_bytes(), *words, **settings)

    assert code == 75, said
    assert "ben" not in said
    assert "hush" not in said
