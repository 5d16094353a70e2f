"""`zweck audit --schedule`: what it takes, what it refuses, what it lists."""

import io
import json
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from pytest_django import Settings

from tests.watch.conftest import EARLY, ELSEWHERE, SOURCE, World
from zweck.watch import models

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the settings say that the database lies; a service has run, so it is there."""
    file = tmp_path / "zweck.sqlite3"
    file.touch()
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "NAME": file})
    return file


def run(*words: str) -> str:
    """Run the command; what it printed."""
    out = io.StringIO()
    call_command("watch", *words, stdout=out)
    return out.getvalue()


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command, which is to end with 2; what it said."""
    with pytest.raises(SystemExit) as end:
        run(*words)
    assert end.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [(ELSEWHERE, "--schedule", "daily"), ("--schedule", "daily", ELSEWHERE), ("--schedule=daily", ELSEWHERE)]
)
def test_the_website_may_stand_before_or_behind(world: World, words: tuple[str, ...]) -> None:
    said = run(*words)

    row = models.Watched.objects.get()
    assert (row.url, row.every, row.pages, row.language) == (ELSEWHERE, "daily", 20, "en")
    assert f"{ELSEWHERE} is audited daily while the service runs, next at once." in said
    assert f"https://www.example.org/staff/audits/feed/{row.key}" in said


def test_an_order_takes_policy_pages_and_language(world: World, tmp_path: Path) -> None:
    policy = tmp_path / "shop.toml"
    policy.write_bytes(SOURCE)

    run(ELSEWHERE, "--schedule", "weekly", "--policy", str(policy), "--pages", "5", "--lang", "de")

    row = models.Watched.objects.get()
    assert (row.policy, row.pages, row.language) == (SOURCE.decode(), 5, "de")


def test_off_stops_even_what_is_private(world: World) -> None:
    world.order("http://127.0.0.1:8080/", allow_private=True)

    said = run("http://127.0.0.1:8080/", "--schedule", "off")

    assert "is no longer audited" in said
    assert models.Watched.objects.get().every == "off"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((ELSEWHERE, "--schedule", "hourly"), "'hourly' is no pace; daily, weekly or off would be right"),
        ((ELSEWHERE, "--schedule"), "--schedule: how often is missing; daily, weekly or off would be right"),
        (("--schedule", ELSEWHERE), f"'{ELSEWHERE}' is no pace; daily, weekly or off would be right"),
        (("--schedule", "daily"), "name the website as well"),
        (("ftp://example.org/", "--schedule", "daily"), "only http and https"),
        (("http://10.1.2.3/", "--schedule", "daily"), "--allow-private"),
        ((ELSEWHERE, "--schedule", "daily", "--pages", "0"), "no whole number from 1 to 500"),
        ((ELSEWHERE, "--schedule", "daily", "--lang", "tlh"), "there are no texts for 'tlh'; there are de, en"),
        ((ELSEWHERE, "--schedule", "off"), "is not audited; `zweck audit --schedule` lists what is"),
        (("--run", "17"), "there is no audit 17"),
    ],
)
def test_what_cannot_be_taken_is_said_with_what_would_be_right(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr("threading.Thread.start", lambda _thread: None)  # the run would end with this test's input

    assert said in refused(capsys, *words)
    assert not models.Watched.objects.exists()


def test_a_policy_that_cannot_be_read_is_said_with_all_its_errors(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    policy = tmp_path / "shop.toml"
    policy.write_bytes(SOURCE.replace(b'name = "Rowing Club"', b"nmae = 3").replace(b'"DE"', b'"Germany"'))

    said = refused(capsys, ELSEWHERE, "--schedule", "daily", "--policy", str(policy)).splitlines()

    assert len(said) >= 2
    assert all(line.startswith(f"{policy}:") for line in said)


def test_without_a_service_no_database_is_made(
    world: World, capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    database.unlink()

    assert "start one with `zweck serve`" in refused(capsys, "--schedule")
    assert not database.exists()


def test_the_list_tells_pace_next_look_and_what_was_found(world: World) -> None:
    assert "Nothing is scheduled" in run("--schedule")
    number = world.order()
    world.look(number, EARLY)

    with time_machine.travel(world.now, tick=False):
        said = run("--schedule")

    assert said.splitlines()[0] == ELSEWHERE
    assert "daily, next 2026-11-24 09:41 UTC; 1 finding, 0 notes on 2026-11-23 09:41 UTC" in said


def test_the_list_as_json_holds_the_same(world: World, tmp_path: Path) -> None:
    world.look(world.order(), EARLY)

    printed = json.loads(run("--schedule", "--json"))
    run("--schedule", "--json", str(tmp_path / "list.json"))

    assert json.loads((tmp_path / "list.json").read_text()) == printed
    assert (printed[0]["url"], printed[0]["last"]["state"]) == (ELSEWHERE, "findings")
