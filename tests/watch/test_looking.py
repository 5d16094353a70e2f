"""The real looker, through a real browser: an audit that is kept, told, and shown as it was stored."""

from pathlib import Path

import pytest

from tests.eye.sites.serving import served
from tests.watch.conftest import World
from zweck.console.audits import sandboxed
from zweck.eye import crawl
from zweck.policy.errors import PolicyErrors
from zweck.watch import history, looking, run
from zweck.watch.values import Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chromium")]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for what fires late no longer than these small sites need."""
    monkeypatch.setattr(crawl, "_ENTRY_MS", 600)


def test_a_site_is_looked_at_kept_and_told(world: World, tmp_path: Path) -> None:
    with served("early-cookies") as site:
        number = world.order(f"{site.url}/", allow_private=True, pages=1, language="de")
        look = run.run(number, looking.look, world.clock)

    (past,) = history.looks(number)
    report = history.report(number, look.pk, "html")
    assert (past.state, past.is_first) == ("findings", True)
    assert "before-choice" in {finding.code for finding in past.findings}
    assert "style-src 'sha256-" in sandboxed(report)
    assert "erste Prüfung" in world.told[0].subject


def test_a_private_address_is_refused_at_each_look() -> None:
    with served("early-cookies") as site:
        looked = looking.look(Wanted(f"{site.url}/", allow_private=False, pages=1))

    assert (looked.why, looked.html) == ("private", "")
    assert site.log == []


def test_a_policy_that_can_no_longer_be_read_is_refused_before_the_look() -> None:
    with pytest.raises(PolicyErrors):
        looking.look(Wanted("http://127.0.0.1:9/", policy="site = 1"))
