"""A day's events become one file: whole, ours alone, and without anything that leads to another day."""

import struct
import sys
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import pytest

from tests.measure.visiting import MAY_1, SITE, Visit, World, day
from zweck.measure.segments import writing
from zweck.measure.segments.engine import Bounds, opened
from zweck.measure.segments.errors import NoColumns, SegmentTrouble
from zweck.measure.segments.values import COLUMNS
from zweck.measure.segments.writing import write

BUSY = [Visit(number, ("/", "/pricing"), device="desktop") for number in range(30)]


def test_a_day_is_one_file_that_only_we_can_read(tmp_path: Path) -> None:
    segment = write(tmp_path / SITE, SITE, MAY_1, day(BUSY))

    folder, path = tmp_path / SITE, tmp_path / SITE / "2026-05-01.parquet"
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert [one.name for one in folder.iterdir()] == ["2026-05-01.parquet"]
    assert segment.size_bytes == path.stat().st_size


def test_the_file_has_the_declared_columns_in_their_order(tmp_path: Path) -> None:
    write(tmp_path, SITE, MAY_1, day(BUSY))

    with duckdb.connect() as connection:
        connection.execute("SELECT * FROM read_parquet($file)", {"file": str(tmp_path / "2026-05-01.parquet")})
        assert [column[0] for column in connection.description or ()] == [one.name for one in COLUMNS]


def test_no_hash_of_a_visitor_is_in_the_file(tmp_path: Path) -> None:
    hashes = [0x1122334455667788 + number * 0x0101010101 for number in range(30)]

    write(tmp_path, SITE, MAY_1, day(Visit(one) for one in hashes))

    with duckdb.connect() as connection:
        kept = connection.execute(
            "SELECT DISTINCT visitor FROM read_parquet($file)", {"file": str(tmp_path / "2026-05-01.parquet")}
        ).fetchall()
    assert len(kept) == 30
    assert not {number for (number,) in kept} & set(hashes)
    plain = (tmp_path / "2026-05-01.parquet").read_bytes()
    assert not any(struct.pack(order, one) in plain for one in hashes for order in ("<q", ">q"))


def test_two_days_of_the_same_visitor_share_no_number(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path, SITE, date(2026, 5, number), day(BUSY))

    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(DISTINCT visitor), count(DISTINCT visit) FROM read_parquet($files)",
            {"files": [str(path) for path in tmp_path.glob("*.parquet")]},
        ).fetchone()
    assert found == (60, 60)


def test_a_day_that_is_written_again_is_the_same_file(tmp_path: Path) -> None:
    write(tmp_path, SITE, MAY_1, day(World(1, 200).visits))
    first = (tmp_path / "2026-05-01.parquet").read_bytes()

    write(tmp_path, SITE, MAY_1, day(World(1, 200).visits))

    assert (tmp_path / "2026-05-01.parquet").read_bytes() == first


def test_a_kill_in_mid_write_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, SITE, MAY_1, day(BUSY))
    before = (tmp_path / "2026-05-01.parquet").read_bytes()
    (tmp_path / ".2026-05-01.parquet.part").write_bytes(b"rest of a killed write")

    def dies(_path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_settle", dies)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, SITE, MAY_1, islice(day(BUSY), 4))

    assert [one.name for one in tmp_path.iterdir()] == ["2026-05-01.parquet"]
    assert (tmp_path / "2026-05-01.parquet").read_bytes() == before


def test_events_that_cannot_be_read_to_the_end_leave_no_file(tmp_path: Path) -> None:
    def broken() -> object:
        yield from islice(day(BUSY), 3)
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        write(tmp_path, SITE, MAY_1, broken())  # type: ignore[arg-type]

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / SITE).write_text("a file")

    with pytest.raises(SegmentTrouble, match=r"example/2026-05-01\.parquet: cannot be written"):
        write(tmp_path / SITE, SITE, MAY_1, day(BUSY))


def test_without_the_extra_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(NoColumns, match=r"zweck\[columns\]"):
        write(tmp_path, SITE, MAY_1, day(BUSY))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/elsewhere.parquet'",
        "INSTALL httpfs",
        "SET memory_limit = '64GB'",
        "ATTACH '/tmp/elsewhere.duckdb'",
    ],
)
def test_the_engine_reaches_its_folder_and_nothing_else(tmp_path: Path, statement: str) -> None:
    with pytest.raises(SegmentTrouble), opened(tmp_path, Bounds(64, 1, 10)) as connection:
        connection.execute(statement)


def test_an_engine_that_works_too_long_is_stopped(tmp_path: Path) -> None:
    endless = "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range"

    with pytest.raises(SegmentTrouble, match="took longer than"), opened(tmp_path, Bounds(64, 1, 0.2)) as connection:
        connection.execute(endless).fetchall()


def test_the_columns_are_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "howto" / "keep-events.md").read_text("utf-8")

    assert [line for line in page.splitlines() if line.startswith("| `")] == [
        f"| `{column.name}` | {column.holds} |" for column in COLUMNS
    ]
