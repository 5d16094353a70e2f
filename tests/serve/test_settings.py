"""Settings: each is documented, and a wrong one is refused in plain words."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from zweck.settings import env_database, env_int, kept_secret

ROOT = Path(__file__).parents[2]


def test_every_variable_the_code_reads_is_documented_and_no_other() -> None:
    sources = (path.read_text() for path in (ROOT / "src" / "zweck").rglob("*.py"))
    read = {name for source in sources for name in re.findall(r'"(ZWECK_[A-Z_]*[A-Z])"', source)}
    documented = set(
        re.findall(r"^\| `(ZWECK_[A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text(), re.MULTILINE)
    )

    assert read == documented


@pytest.mark.parametrize("value", ["eighty", "-1", "65536", "8.0", "٨"])
def test_a_number_out_of_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ZWECK_PORT", value)

    with pytest.raises(ImproperlyConfigured, match=r"ZWECK_PORT: .* from 0 to 65535"):
        env_int("ZWECK_PORT", 8000, 0, 65535)


def test_a_database_url_is_read_with_its_escapes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZWECK_DATABASE_URL", "postgres://zweck:a%40b@db.example.org:6543/site?sslmode=require")

    found = env_database("ZWECK_DATABASE_URL", tmp_path / "file")

    assert [found[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "site",
        "zweck",
        "a@b",
        "db.example.org",
        "6543",
    ]
    assert isinstance(found["OPTIONS"], dict)
    assert found["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    "value", ["mysql://db.example.org/site", "postgres://db.example.org", "postgres://h:port/site"]
)
def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    monkeypatch.setenv("ZWECK_DATABASE_URL", value)

    with pytest.raises(ImproperlyConfigured, match="ZWECK_DATABASE_URL"):
        env_database("ZWECK_DATABASE_URL", tmp_path / "file")


def test_an_unreadable_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()

    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        kept_secret(tmp_path / "secret.key")


def test_a_wrong_setting_ends_a_start_with_one_line(tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(ROOT / "src"), "ZWECK_DATA": str(tmp_path), "ZWECK_TRUSTED_PROXIES": "everyone"}

    done = subprocess.run([sys.executable, "-m", "zweck.serve"], env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("zweck serve: ZWECK_TRUSTED_PROXIES: 'everyone'")
    assert done.stderr.count("\n") == 1
