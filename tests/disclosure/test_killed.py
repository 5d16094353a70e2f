"""A sender that is killed between the mail server's answer and the note of it: real processes, really killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.disclosure.receivers import Mailbox, mailbox
from tests.disclosure.world import lay_words
from tests.running import ROOT


class Sender:
    """Processes on one data folder, which send to one mail server."""

    def __init__(self, folder: Path, url: str) -> None:
        for name in ("data", "keys", "words"):
            (folder / name).mkdir(mode=0o700)
        lay_words(folder / "words")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZWECK_", "DJANGO_"))}
        self.environment = kept | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "ZWECK_DATA": str(folder / "data"),
            "ZWECK_KEYS": str(folder / "keys"),
            "ZWECK_WORDS": str(folder / "words"),
            "ZWECK_POLICY": str(folder / "data" / "club.toml"),
            "ZWECK_SMTP_URL": url,
        }

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Begin a process."""
        command = [sys.executable, "-m", "tests.disclosure.killed", *words]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def run(self, *words: str) -> str:
        """What a process that ends by itself says."""
        with self.start(*words) as process:
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return said.strip()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server that takes a mail and then says nothing."""
    with mailbox() as box:
        box.holds = True
        yield box


@pytest.fixture
def sender(tmp_path: Path, box: Mailbox) -> Sender:
    """The club, ready to send."""
    sender = Sender(tmp_path, box.url)
    sender.run("prepare")
    return sender


def killed_with_a_mail_in_hand(sender: Sender, box: Mailbox, *words: str) -> None:
    with sender.start(*words) as process:
        assert box.took.wait(60)
        process.kill()
    box.holds = False


def test_a_letter_is_sent_again_under_the_same_message_id(sender: Sender, box: Mailbox) -> None:
    killed_with_a_mail_in_hand(sender, box, "letter", "0")

    assert sender.run("letter", "1") == "0"  # still claimed by who was killed
    assert sender.run("letter", "6") == "1"
    names = [message_from_bytes(data)["Message-ID"] for data in box.data]
    assert names == ["<answer-1@example.org>"] * 2


def test_a_campaigns_mail_is_uncertain_and_not_sent_again(sender: Sender, box: Mailbox) -> None:
    killed_with_a_mail_in_hand(sender, box, "campaign")

    assert sender.run("campaign") == "uncertain,uncertain,uncertain"
    assert len(box.data) == 1
