"""A stand for hits, where measuring needs no consent."""

from pathlib import Path

import pytest

from tests.measure.declared import declared
from tests.measure.hitting import Stand


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """A site that measures with an opt-out."""
    return Stand(declared(permission="opt-out", opt_out_days=365, events=["sign-up", "download"]), tmp_path)
