"""`zweck figures import` tells what it took, and names what it could not."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.measure.shelf import SITE, meetings
from tests.measure.test_imports import VISITORS
from zweck.measure import models

__all__ = ["meetings"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meetings")]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """One file of an export."""
    file = tmp_path / "imported_visitors_20250301_20250301.csv"
    file.write_text(VISITORS)
    return file


def told(*words: object) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("figures", "import", *map(str, words), stdout=out)
    return out.getvalue()


def test_an_import_says_how_many_days_it_took(export: Path) -> None:
    assert told(export) == "1 day taken in (2025-03-01 to 2025-03-01), 1 group, 0 folded into others.\n"
    assert models.Day.objects.get().is_imported


def test_a_dry_run_says_would_be(export: Path) -> None:
    assert "would be taken in" in told(export, "--dry-run", "--site", SITE)
    assert not models.Day.objects.exists()


def test_another_site_is_refused_with_those_there_are(export: Path) -> None:
    with pytest.raises(CommandError, match=f"there are: {SITE}") as refused:
        told(export, "--site", "other")

    assert refused.value.returncode == 2


def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read") as refused:
        told(tmp_path / "none.zip")

    assert refused.value.returncode == 2
