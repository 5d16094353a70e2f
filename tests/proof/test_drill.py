"""The drill is the same service somewhere else, reaches nothing of the live one, and leaves nothing behind."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from zweck.promises.values import CouldNotLook
from zweck.proof.drill import instance, sql
from zweck.proof.drill.forms import buttons_of
from zweck.proof.drill.instance import Drill
from zweck.proof.drill.person import Kept, Person
from zweck.proof.drill.through import Asked, as_asked, through
from zweck.proof.pages import Fetched, Pages

POLICY = Path(__file__).parents[2] / "policies" / "reference.toml"


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    """A running drill of the reference policy."""
    with Drill(POLICY.read_bytes()) as drill:
        yield drill


def test_the_drill_serves_the_same_policy(drill: Drill) -> None:
    pages = Pages(drill.url)

    assert "Example Meetings" in pages.fetch("/privacy").text


def test_the_drill_knows_nothing_of_the_live_service(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZWECK_DATABASE_URL", "ZWECK_OWNER_URL", "ZWECK_SMTP_URL", "ZWECK_ALERT_WEBHOOK", "ZWECK_KEYS"):
        monkeypatch.setenv(name, "postgres://live.example.org/live")

    given = instance._environment(drill.folder)

    assert not [value for value in given.values() if "live.example.org" in value]


def test_the_drill_proves_nothing_itself(drill: Drill) -> None:
    assert sql.count(drill.database, "proof_run") == 0
    assert "editions_edition" in sql.tables(drill.database)


def test_the_drill_knows_the_database_of_each_place(drill: Drill) -> None:
    found = drill.databases

    assert found["default"] == drill.database
    assert set(found) == {"default", "virginia", "ireland"}
    assert all("ledger_act" in sql.tables(file) for file in found.values())


def test_nothing_of_a_drill_is_left() -> None:
    with Drill(POLICY.read_bytes()) as drill:
        folder = drill.folder
        Pages(drill.url).fetch("/healthz")
        url = drill.url

    assert not folder.exists()
    with pytest.raises(CouldNotLook):
        Pages(url).fetch("/healthz")


def test_a_drill_that_cannot_start_says_why_and_is_not_tried_again() -> None:
    with Drill(b"site = 3") as drill:
        with pytest.raises(CouldNotLook, match="did not start") as first:
            drill.start()
        with pytest.raises(CouldNotLook) as second:
            drill.start()

    assert str(first.value) == str(second.value)


def test_what_is_on_the_leash_does_not_outlive_its_parent() -> None:
    program = (
        "import subprocess, sys, os; leash = [sys.executable, '-m', 'zweck.proof.drill.leash', str(os.getpid())]; "
        "c = subprocess.Popen([*leash, '/bin/sleep', '60']); "
        "import time; time.sleep(1.5); print(c.pid, flush=True); os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)

    with pytest.raises(ProcessLookupError):
        for _ in range(200):
            os.kill(int(ended.stdout), 0)
            subprocess.run(["/bin/sleep", "0.05"], check=True)


def test_what_a_killed_run_left_behind_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    dead, living = tmp_path / "zweck-drill-999999999-a", tmp_path / f"zweck-drill-{os.getpid()}-b"
    dead.mkdir()
    living.mkdir()

    instance.sweep()

    assert (dead.exists(), living.exists()) == (False, True)


def test_the_relay_passes_bodies_and_cookies_on(drill: Drill) -> None:
    asked: list[Asked] = []

    def note(one: Asked) -> Asked:
        asked.append(one)
        return one

    with through(drill.url, note) as url:
        person = Person(url, jar={"zweck-choice": Kept("1.AAAAAAAAAAA")})
        person.hit("/privacy")

    assert (asked[0].method, asked[0].header("cookie")) == ("POST", "zweck-choice=1.AAAAAAAAAAA")
    assert asked[0].header("origin") == drill.url
    assert b"/privacy" in asked[0].body


def test_the_relay_alters_answers_by_who_asks(drill: Drill) -> None:
    def alter(asked: Asked, answer: Fetched) -> Fetched:
        return replace(answer, body=asked.header("cookie").encode())

    with through(drill.url, as_asked, alter) as url:
        first, second = (Person(url, jar={"a": Kept(value)}).get("/").text for value in ("1", "2"))

    assert (first, second) == ("a=1", "a=2")


def test_a_person_keeps_renews_and_drops_cookies() -> None:
    person = Person("http://127.0.0.1:9")

    for value in ("a=1; Max-Age=60; HttpOnly", "b=2", "c=3; Domain=example.org", "b=; Max-Age=0"):
        person._take(Fetched("/", 200, (("set-cookie", value),), b""))

    assert person.names == {"a"}


def test_a_form_s_buttons_bring_its_fields() -> None:
    page = (
        '<form method="post" action="/z/choice"><input type="hidden" name="token" value="t">'
        '<input type="checkbox" name="ads"><input type="checkbox" name="use" checked>'
        '<button name="action" value="refuse"> No,\n thanks </button><button type="button">x</button></form>'
    )

    (button,) = buttons_of(page)

    assert (button.text, button.action, button.method) == ("No, thanks", "/z/choice", "post")
    assert button.fields == (("token", "t"), ("use", "on"), ("action", "refuse"))
