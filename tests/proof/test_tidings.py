"""A promise that breaks on the real service is told once, by mail and webhook, and once more when it is mended."""

import json
import shutil
import time
from pathlib import Path

from tests.disclosure.receivers import Hook, Mailbox, hook, mailbox
from tests.proof.test_served import shows
from tests.running import ROOT, serving

HEADER = '("Referrer-Policy", "same-origin"),'


def told(posts: list[tuple[dict[str, str], bytes]], promise: str) -> list[tuple[str, str]]:
    """The changes of one promise, in the order in which the webhook was told of them."""
    changes = [change for _, body in posts for change in json.loads(body)["changes"]]
    return [(change["from"], change["to"]) for change in changes if change["promise"] == promise]


def run_until(folder: Path, tree: Path, ways: tuple[Mailbox, Hook], state: str) -> None:
    """Serve this code until the page shows how the headers stand, and long enough for a second message."""
    box, receiver = ways
    alerts = {
        "ZWECK_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
        "ZWECK_ALERT_TO": "privacy@example.com",
        "ZWECK_ALERT_WEBHOOK": receiver.url,
        "ZWECK_PROOFS": "scheduled",
        "ZWECK_CHROME": "/nonexistent",  # quick proofs say all that this test asks
    }
    with serving(folder, PYTHONPATH=str(tree), **alerts) as served:
        assert shows(served, "page.security-headers", state, within_seconds=60)
        time.sleep(3)


def test_a_broken_promise_is_told_once_and_so_is_its_mending(tmp_path: Path) -> None:
    tree = tmp_path / "src"
    shutil.copytree(ROOT / "src", tree, ignore=shutil.ignore_patterns("__pycache__"))
    front = tree / "zweck" / "front.py"
    sound = front.read_text(encoding="utf-8")
    assert HEADER in sound

    with mailbox() as box, hook() as receiver:
        run_until(tmp_path, tree, (box, receiver), "kept")
        front.write_text(sound.replace(HEADER, ""), encoding="utf-8")
        run_until(tmp_path, tree, (box, receiver), "broken")
        front.write_text(sound, encoding="utf-8")
        run_until(tmp_path, tree, (box, receiver), "kept")

    assert told(receiver.posts, "page.security-headers") == [("kept", "broken"), ("broken", "kept")]
    assert sum("page.security-headers: kept -> broken" in mail for mail in box.mails) == 1
    assert sum("page.security-headers: broken -> kept" in mail for mail in box.mails) == 1
