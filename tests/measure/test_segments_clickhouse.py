"""Kept events on ClickHouse: the same table, the same answers, and nothing longer than the policy says."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.measure.declared import declared
from tests.measure.visiting import MAY_1, SITE, World, day
from zweck.editions import acts as editions
from zweck.measure.segments import sql
from zweck.measure.segments.clickhouse import ship
from zweck.measure.segments.reading import Question, answer, arranged, told, weigh
from zweck.measure.segments.values import COLUMNS
from zweck.measure.segments.writing import write
from zweck.measure.values import Dimension, Figures, Span

DAYS = [MAY_1 + timedelta(days=number) for number in range(3)]
ASKED: tuple[Dimension, ...] = ("path", "entry", "exit", "referrer", "utm_source", "device", "browser", "event")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three days of few visitors, in a folder whose name is hard to write down."""
    folder = tmp_path / "o'hara\\"
    for number, on in enumerate(DAYS):
        write(folder, SITE, on, day(World(number, 70).visits))
    return folder


def test_only_days_that_are_kept_are_brought_each_in_the_place_of_its_older_self(folder: Path) -> None:
    statements = list(ship(folder, SITE, 3, date(2026, 5, 4)))

    assert [one for one in statements if one.startswith("ALTER TABLE zweck_events DROP")] == [
        "ALTER TABLE zweck_events DROP PARTITION ('example', '2026-05-02');",
        "ALTER TABLE zweck_events DROP PARTITION ('example', '2026-05-03');",
    ]
    assert [one.count("2026-05-0") for one in statements if one.startswith("INSERT")] == [1, 1]


def test_what_is_over_is_erased_there_as_well(folder: Path) -> None:
    text = "\n".join(ship(folder, SITE, 3, date(2026, 5, 4)))

    assert text.count("TTL day + INTERVAL 3 DAY DELETE") == 2
    assert "DELETE FROM zweck_events WHERE site = 'example' AND day <= '2026-05-01';" in text


def test_the_table_has_the_columns_of_the_file(folder: Path) -> None:
    create = next(ship(folder, SITE, 3, date(2026, 5, 4)))

    assert all(f"  {column.name} {column.clickhouse}" in create for column in COLUMNS)


def test_since_brings_later_days_alone(folder: Path) -> None:
    text = "\n".join(ship(folder, SITE, 30, date(2026, 5, 4), since=date(2026, 5, 3)))

    assert text.count("INSERT INTO") == 1


@time_machine.travel("2026-05-03T21:00:00Z", tick=False)
def test_the_command_prints_statements_and_connects_to_nothing(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = folder.parent
    policy = declared(keeps_events_days=30)
    write(folder.parent / "segments" / policy.site, policy.site, MAY_1, day(World(1, 9).visits))
    monkeypatch.setattr(editions, "sites", lambda: (SimpleNamespace(site=policy.site),))
    monkeypatch.setattr(editions, "current", lambda _site: SimpleNamespace(policy=policy))

    call_command("figures", "ship", stdout=(out := StringIO()))

    assert f"FROM INFILE '{folder.parent}/segments/{policy.site}/2026-05-01.parquet' FORMAT Parquet;" in out.getvalue()


def test_the_command_refuses_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "sites", lambda: (SimpleNamespace(site=SITE),))
    monkeypatch.setattr(editions, "current", lambda _site: SimpleNamespace(policy=declared()))

    with pytest.raises(CommandError, match="keeps_events_days"):
        call_command("figures", "ship")


class Server:
    """ClickHouse's engine in this process; it stands for `clickhouse-client` and its server."""

    def __init__(self, path: Path) -> None:
        session = pytest.importorskip("chdb.session")
        self._session = session.Session(str(path))

    def run(self, statement: str) -> None:
        """Carry a statement out."""
        self._session.query(statement)

    def ask(self, statement: str, **params: Any) -> list[list[Any]]:  # Any: as JSON has it
        """Rows of an answer."""
        answered = self._session.query(statement, "JSONCompactEachRow", params=params)
        return [json.loads(line) for line in str(answered).splitlines()]

    def close(self) -> None:
        """Let the folder go."""
        self._session.close()


@pytest.fixture
def server(tmp_path: Path, folder: Path) -> Iterator[Server]:
    """With three days, brought twice."""
    made = Server(tmp_path / "clickhouse")
    # Kept for long: the server goes by its own clock, and does erase what is over.
    for statement in [*ship(folder, SITE, 20_000, date(2026, 5, 4))] * 2:
        made.run(statement)
    yield made
    made.close()


def listed(days: Iterable[date]) -> str:
    """An array as ClickHouse reads it."""
    return "[" + ", ".join(f"'{day}'" for day in days) + "]"


@pytest.mark.chdb
def test_the_server_erases_by_itself_what_is_over(server: Server) -> None:
    assert server.ask("SELECT count(DISTINCT day) FROM zweck_events") == [[3]]

    server.run("ALTER TABLE zweck_events MODIFY TTL day + INTERVAL 1 DAY DELETE")
    server.run("OPTIMIZE TABLE zweck_events FINAL")

    assert server.ask("SELECT count() FROM zweck_events") == [[0]]


@pytest.mark.chdb
@pytest.mark.parametrize(
    ("choosing", "value"),
    [("device", "desktop"), ("referrer", ""), ("path", "/d"), ("event", "download"), ("path-like", r"\A(?s:/.*)\z")],
)
def test_clickhouse_answers_every_question_as_duckdb_does(
    server: Server, folder: Path, choosing: str, value: str
) -> None:
    question = Question(choosing, value, 5)
    asked: dict[str, Any] = {"site": SITE, "days": listed(DAYS), "value": value.replace("\\", "\\\\")}

    days = server.ask(sql.days(sql.CLICKHOUSE, choosing), **asked)
    found = {date.fromisoformat(on): weigh([int(count) for count in counts], 5) for on, *counts in days}
    asked |= {"days": listed(on for on, figures in found.items() if not figures.masked), "least": 5, "limit": 101}
    rows = {one: server.ask(sql.rows(sql.CLICKHOUSE, one, choosing), **asked) for one in ASKED}

    ours = answer(folder, Span(DAYS[0], DAYS[-1]), question, ASKED, 100)
    assert found == dict(ours.days)
    assert ours.total != Figures()
    assert {one: arranged([told(row) for row in each], 100) for one, each in rows.items()} == ours.rows
