"""Which country a cut address lies in, by tables of our own and of others, and that it goes nowhere from there."""

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest

from tests.origin.mmdb import written
from zweck.origin import acts as origin
from zweck.origin.command import main
from zweck.origin.errors import NotATable
from zweck.origin.table import Table
from zweck.origin.values import About, Whence

ABOUT = About("made up", date(2026, 9, 1), "0" * 64, "CC BY 4.0", "made up by a test", "https://example.org")
TODAY = date(2026, 11, 29)
GERMANY = {"country": {"iso_code": "DE"}}
CALIFORNIA = {"country": {"iso_code": "US"}, "subdivisions": [{"names": {"en": "California"}}]}


def cut(address: str) -> bytes:
    return origin.cut(origin.plainly(ip_address(address).packed)).network


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Table:
    table = origin.opened(origin.BUNDLED, tmp_path_factory.mktemp("data"))
    assert isinstance(table, Table)
    return table


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("8.8.8.8", "US-CA"),
        ("193.99.144.80", "DE"),
        ("212.58.244.20", "GB"),
        ("2a00:1450:4001:800::1", "DE"),
        ("::ffff:193.99.144.80", "DE"),
        ("127.0.0.1", ""),
        ("10.0.0.1", ""),
        ("::1", ""),
        ("192.0.2.1", ""),
        ("2001:db8::1", ""),
    ],
)
def test_the_table_that_ships_tells_known_addresses(bundled: Table, address: str, label: str) -> None:
    assert bundled.label(cut(address)) == label


def test_the_table_that_ships_is_small_and_names_nothing_but_countries_and_states(bundled: Table) -> None:
    shapes = {len(name.partition("-")[0]) for name in bundled.names}

    assert origin.BUNDLED.stat().st_size <= 2_000_000
    assert shapes == {0, 2}
    assert {name[:3] for name in bundled.names if len(name) > 2} == {"US-"}
    assert sum(len(name) > 2 for name in bundled.names) == 51
    assert (bundled.about.licence, bundled.about.url) == ("CC BY 4.0", "https://db-ip.com")


def test_nothing_is_told_of_no_address(bundled: Table) -> None:
    assert bundled.label(origin.NOWHERE.network) == ""


def test_a_packed_table_reads_back_as_it_was(tmp_path: Path) -> None:
    v4, v6 = [(0x010000, "DE"), (0x010100, "US-CA"), (0x020000, "")], [(0x20010DB80000, "CH")]
    (tmp_path / "file").write_bytes(origin.packed(ABOUT, v4, v6))

    table = origin.opened(tmp_path / "file", tmp_path)

    told = {one: table.label(cut(one)) for one in ("0.255.0.1", "1.0.0.1", "1.1.255.9", "2.0.0.1", "2001:db8:9::1")}
    assert told == {"0.255.0.1": "", "1.0.0.1": "DE", "1.1.255.9": "US-CA", "2.0.0.1": "", "2001:db8:9::1": "CH"}
    assert table.about == ABOUT


def test_a_table_is_unpacked_once_and_its_forerunner_goes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(origin.packed(ABOUT, [(0, "DE")], []))
    origin.opened(tmp_path / "file", tmp_path)
    (first,) = tmp_path.glob("*.table")
    stamp = first.stat().st_mtime_ns
    origin.opened(tmp_path / "file", tmp_path)
    assert first.stat().st_mtime_ns == stamp

    (tmp_path / "file").write_bytes(origin.packed(ABOUT, [(0, "AT")], []))
    assert origin.opened(tmp_path / "file", tmp_path).label(b"abc") == "AT"

    (left,) = tmp_path.glob("*.table")
    assert left != first


def test_half_a_table_in_the_data_folder_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(origin.packed(ABOUT, [(0, "DE")], []))
    origin.opened(tmp_path / "file", tmp_path)
    (twin,) = tmp_path.glob("*.table")
    twin.write_bytes(twin.read_bytes()[:9000][:8200])

    assert origin.opened(tmp_path / "file", tmp_path).label(b"abc") == "DE"


@pytest.mark.parametrize("content", [b"", b"zweck places 1\n{}\nx", b"zweck places 1\n{", b"\x89PNG", b"a" * 40_000])
def test_a_file_that_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(NotATable, match=str(tmp_path / "file")):
        origin.opened(tmp_path / "file", tmp_path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotATable, match=r"nowhere: cannot be read \(no such file"):
        origin.opened(tmp_path / "nowhere", tmp_path)


@pytest.mark.parametrize("bits", [24, 28, 32])
@pytest.mark.parametrize(
    ("record", "label"),
    [
        (GERMANY, "DE"),
        (CALIFORNIA, "US-CA"),
        ({"country": {"iso_code": "US"}, "subdivisions": [{"iso_code": "NY"}]}, "US-NY"),
        ({"country_code": "US", "state1": "Texas"}, "US-TX"),
        ({"country": "Germany", "country_code": "DE", "region": "Bavaria"}, "DE"),
        ({"country": "US", "region": "Nowhere"}, "US"),
        ({"country": {"iso_code": "ZZ"}}, ""),
        ({"registered_country": {"iso_code": "ch"}}, "CH"),
        ({"autonomous_system_number": 64496}, ""),
    ],
)
def test_files_of_several_makers_are_read_alike(tmp_path: Path, bits: int, record: object, label: str) -> None:
    content = written({"192.0.2.0/24": record, "2001:db8::/32": record, "198.51.100.0/24": GERMANY}, bits=bits)
    (tmp_path / "file.mmdb").write_bytes(content)
    (tmp_path / "file.places").write_bytes(origin.packed(*origin.packable(content, "")))

    tables = [origin.opened(tmp_path / name, tmp_path) for name in ("file.mmdb", "file.places")]

    for table in tables:
        assert [table.label(cut(one)) for one in ("192.0.2.7", "2001:db8:7::1", "203.0.113.1")] == [label, label, ""]
        assert table.about.built == date(2026, 9, 1)


def test_a_shared_network_is_told_what_most_of_its_addresses_are() -> None:
    content = written({"192.0.2.0/25": GERMANY, "192.0.2.128/26": CALIFORNIA, "192.0.2.192/26": CALIFORNIA})
    more = written({"192.0.2.0/26": GERMANY, "192.0.2.64/26": CALIFORNIA, "192.0.2.128/25": GERMANY})

    assert [run for run in origin.packable(content, "")[1] if run[0] == 0xC00002] == [(0xC00002, "DE")]
    assert [run for run in origin.packable(more, "")[1] if run[0] == 0xC00002] == [(0xC00002, "DE")]


def test_a_file_without_countries_is_refused() -> None:
    with pytest.raises(NotATable, match="no record of it names a country"):
        origin.packable(written({"192.0.2.0/24": {"asn": 64496}}), "")


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(NotATable, match="mark at its end is missing"):
        origin.packable(b"not a database", "")


def test_the_state_is_asked_before_the_country_and_nothing_known_falls_through() -> None:
    rules = {"US": "dollar", "US-CA": "sunny dollar", "DE": "euro"}

    chosen = [Whence(label).choose(rules, "none") for label in ("US-CA", "US-NY", "US", "DE", "FR", "")]

    assert chosen == ["sunny dollar", "dollar", "dollar", "euro", "none", "none"]


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode, vars])
def test_where_a_request_comes_from_is_not_written_down(write: Callable[[object], object]) -> None:
    whence = Whence("US-CA")

    with pytest.raises(TypeError):
        write(whence)


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__])
def test_where_a_request_comes_from_shows_itself_to_nobody(show: Callable[[object], str]) -> None:
    assert show(Whence("US-CA")) == "Whence(…)"


def test_where_a_request_comes_from_does_not_change_and_takes_no_third_field() -> None:
    with pytest.raises(AttributeError):
        Whence("DE").city = "Berlin"

    assert Whence.__slots__ == ("_country", "_state")


def test_the_documentation_networks_have_a_country_each() -> None:
    told = {one: origin.DOCUMENTATION.label(cut(one)) for one in ("192.0.2.9", "198.51.100.9", "203.0.113.9")}
    told |= {one: origin.DOCUMENTATION.label(cut(one)) for one in ("2001:db8::1", "2001:db8:1::1", "2001:db8:2::1")}

    assert list(told.values()) == ["US-VA", "DE", "GB", "DE", "US-CA", "CH"]


def test_status_tells_source_day_age_and_licence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--data", str(tmp_path), "--json", "-"], TODAY) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["built"], told["days_old"]) == ("DBIP-City-Lite", "2026-09-01", 89)
    assert told["licence"] == "CC BY 4.0"
    assert told["bytes"] <= 2_000_000


def test_a_newer_file_takes_the_place_of_the_one_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.mmdb").write_bytes(written({"192.0.2.0/24": GERMANY}, kind="DBIP-Country-Lite"))

    assert main(["refresh", str(tmp_path / "new.mmdb"), "--data", str(tmp_path)], TODAY) == 2
    assert "tells 4 networks apart" in capsys.readouterr().err
    assert main(["refresh", str(tmp_path / "new.mmdb"), "--data", str(tmp_path), "--force"], TODAY) == 0

    file = origin.chosen("database", "", tmp_path)
    assert file == tmp_path / "own.places"
    assert origin.opened(file, tmp_path).label(cut("192.0.2.9")) == "DE"


def test_an_older_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = About("old", date(2020, 1, 1), "")
    (tmp_path / "old").write_bytes(origin.packed(old, [(0, "DE")], []))

    assert main(["refresh", str(tmp_path / "old"), "--data", str(tmp_path)], TODAY) == 2

    assert "that file is of 2020-01-01" in capsys.readouterr().err
    assert not (tmp_path / "own.places").exists()
