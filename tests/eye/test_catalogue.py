"""The catalogue knows frequent services, prefers what says more, and takes in the operator's own list."""

import json
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zweck.eye.catalogue import lookup
from zweck.eye.catalogue.command import command
from zweck.eye.catalogue.errors import CatalogueRefused
from zweck.eye.catalogue.imported import LIMIT_BYTES, Imported, keep, read
from zweck.eye.catalogue.lifetimes import Lifetime, lifetime
from zweck.eye.catalogue.lookup import CATEGORIES, Catalogue, Entry, Service, imported_path, load

HEADER = (
    "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,"
    "User Privacy & GDPR Rights Portals,Wildcard match\n"
)


@pytest.fixture(scope="module")
def ours() -> Catalogue:
    return load(Path("no-list-of-an-operator"))


@pytest.fixture
def own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the operator's list is kept in this test."""
    kept = tmp_path / "data" / "catalogue.json"
    monkeypatch.setenv("ZWECK_CATALOGUE", str(kept))
    return kept


def taken(tmp_path: Path, *rows: str, header: str = HEADER) -> Imported:
    file = tmp_path / "list.csv"
    file.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return read(file)


def with_list(tmp_path: Path, *rows: str) -> Catalogue:
    keep(taken(tmp_path, *rows).entries, tmp_path / "kept.json")
    return load(tmp_path / "kept.json")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


# ── our own list ──


def test_there_are_at_least_150_services_and_20_consent_products(ours: Catalogue) -> None:
    counted = Counter(service.category for service in ours.services.values())

    assert sum(counted.values()) >= 150
    assert counted["consent"] >= 20
    assert set(counted) == set(CATEGORIES)


def test_what_is_said_of_a_service_is_sound(ours: Catalogue) -> None:
    services = ours.services.values()

    assert all(service.category in CATEGORIES and service.name for service in services)
    assert all(len(service.country) == 2 and service.country.isupper() for service in services if service.country)
    assert all(service.country for service in services if service.provider)
    assert all(service.url.startswith("https://") for service in services if service.url)
    hosts = Counter(host for service in services for host in service.hosts)
    assert [host for host, count in hosts.items() if count > 1 or host != host.lower() or "/" in host] == []


def test_nothing_is_named_twice(ours: Catalogue) -> None:
    _, entries = lookup._own()

    named = Counter((entry.kind, entry.name, entry.host) for entry in entries)
    twice = [key for key, count in named.items() if count > 1]
    assert twice == []


@pytest.mark.parametrize(
    ("kind", "name", "host", "service", "category", "days"),
    [
        ("cookie", "_ga", "www.example.org", "google-analytics", "statistics", 730),
        ("cookie", "_ga_ABC123", "www.example.org", "google-analytics", "statistics", 730),
        ("cookie", "_pk_id.1.ab12", "www.example.org", "matomo", "statistics", 393),
        ("cookie", "_fbp", "example.org", "meta-pixel", "marketing", 90),
        ("cookie", "PHPSESSID", "example.org", "php", "essential", 0),
        ("cookie", "csrftoken", "example.org", "django", "essential", 364),
        ("cookie", "wordpress_logged_in_0a1b", "example.org", "wordpress", "essential", None),
        ("cookie", "CookieConsent", "example.org", "cookiebot", "consent", 365),
        ("cookie", "__cf_bm", "example.org", "cloudflare-protection", "security", 1),
        ("cookie", "__stripe_mid", "example.org", "stripe", "payment", 365),
        ("cookie", "IDE", ".doubleclick.net", "doubleclick", "marketing", 390),
        ("cookie", "crisp-client/session/0a1b", "example.org", "crisp", "chat", 183),
        ("local-storage", "yt-remote-device-id", "www.youtube.com", "youtube", "media", None),
        ("cookie", "whatever", "static.hotjar.com", "hotjar", "statistics", None),
    ],
)
def test_frequent_things_are_known(
    ours: Catalogue, kind: str, name: str, host: str, service: str, category: str, days: int | None
) -> None:
    known = ours.stored(kind, name, host)

    assert known is not None
    assert (known.service.id, known.category, known.lifetime_days, known.operator) == (service, category, days, False)


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("fonts.gstatic.com", "google-fonts"),
        ("www.gstatic.com", "google-static"),
        ("maps.googleapis.com", "google-maps"),
        ("CDN.JSDELIVR.NET", "jsdelivr"),
        ("region1.google-analytics.com", "google-analytics"),
    ],
)
def test_a_host_is_known_by_the_longest_name_it_lies_below(ours: Catalogue, host: str, service: str) -> None:
    found = ours.at(host)

    assert found is not None
    assert found.id == service


@pytest.mark.parametrize(
    "host", ["example.org", "notgoogle-analytics.com", "com", "", ".", "google-analytics.com.example"]
)
def test_a_host_that_is_nobodys_is_not_known(ours: Catalogue, host: str) -> None:
    assert ours.at(host) is None


def test_a_name_is_only_its_service_where_the_host_fits(ours: Catalogue) -> None:
    there, here = ours.stored("cookie", "uid", ".criteo.com"), ours.stored("cookie", "uid", "www.example.org")

    assert there is not None
    assert (there.service.id, here) == ("criteo", None)


def test_a_cookie_is_no_storage_entry(ours: Catalogue) -> None:
    assert ours.stored("local-storage", "PHPSESSID", "example.org") is None


def test_loading_takes_little_more_than_reading_the_files() -> None:
    def read() -> None:
        for file in Path(lookup.__file__).parent.glob("*.toml"):
            tomllib.loads(file.read_text(encoding="utf-8"))

    def load_afresh() -> None:
        lookup._own.cache_clear()
        load(Path("no-list-of-an-operator"))

    def seconds(work: Callable[[], None]) -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    assert min(seconds(load_afresh) for _ in range(7)) < 3 * min(seconds(read) for _ in range(7))


def test_a_hostile_name_takes_no_time(ours: Catalogue) -> None:
    begun = time.process_time()

    assert ours.stored("cookie", "_ga" + "*a" * 50_000 + "\x00", "example.org") is None

    assert time.process_time() - begun < 0.5


# ── which entry counts ──

TOOL = Service("tool", "Tool", category="statistics")


@pytest.mark.parametrize(
    ("name", "found"),
    [("ab", "ab"), ("abc", "ab*"), ("abcd", "abc*d"), ("abxyzd", "ab*"), ("xbeta", "*eta"), ("a", None)],
)
def test_exact_comes_before_pattern_and_long_before_short(name: str, found: str | None) -> None:
    days = {"*eta": 1, "ab*": 2, "ab": 3, "abc*d": 4}
    catalogue = Catalogue((Entry(TOOL, "cookie", pattern, days[pattern]) for pattern in days), [TOOL])

    known = catalogue.stored("cookie", name, "example.org")

    assert (known.lifetime_days if known else None) == (days[found] if found else None)


def test_the_operators_list_comes_before_ours_for_what_it_names(tmp_path: Path) -> None:
    known = with_list(tmp_path, "1,Google Analytics,Marketing,_ga,,,13 months,,,0").stored(
        "cookie", "_ga", "example.org"
    )

    assert known is not None
    assert (known.service.id, known.category, known.lifetime_days) == ("google-analytics", "marketing", 396)
    assert known.operator


def test_a_lifetime_that_the_operators_list_lacks_is_ours(tmp_path: Path) -> None:
    known = with_list(tmp_path, "1,Google Analytics,Analytics,_ga,,,,,,0").stored("cookie", "_ga", "example.org")

    assert known is not None
    assert (known.lifetime_days, known.operator) == (730, True)


def test_a_pattern_of_the_operator_gives_way_to_an_exact_name_of_ours(tmp_path: Path) -> None:
    known = with_list(tmp_path, "1,Other,Marketing,_g,,,1 day,,,1").stored("cookie", "_ga", "example.org")

    assert known is not None
    assert (known.category, known.operator) == ("statistics", False)


def test_functional_in_the_operators_list_leaves_our_category(tmp_path: Path) -> None:
    catalogue = with_list(
        tmp_path, "1,PHP,Functional,PHPSESSID,,,session,,,0", "2,Own,Functional,own_thing,,,1 day,,,0"
    )

    php, own = (
        catalogue.stored("cookie", "PHPSESSID", "a.example"),
        catalogue.stored("cookie", "own_thing", "a.example"),
    )
    assert php is not None
    assert own is not None
    assert (php.category, own.category, own.service.name) == ("essential", "preferences", "Own")


# ── taking in a list ──


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2 years", 730),
        ("1 Year", 365),
        ("13 months", 396),
        ("12 months", 365),
        ("6 weeks", 42),
        ("90 days", 90),
        ("24 hours", 1),
        ("25 hours", 2),
        ("30 minutes", 1),
        ("30 secs", 1),
        ("session", 0),
        ("End of session (browser)", 0),
        (" Session cookie ", 0),
        ("2 years after last activity", 730),
        ("14 Tage", 14),
        ("1 Jahr", 365),
        ("3 Monate", 92),
        ("0 days", 0),
        ("forever", None),
        ("Persistent", None),
        ("1000 years", None),
    ],
)
def test_periods_in_words_are_read(text: str, days: int | None) -> None:
    assert lifetime(text) == Lifetime(days)


@pytest.mark.parametrize(
    "text", ["", "various", "10 Nov 2030", "30 seconds till 1 year", "1 hour or longer", "2 parsecs"]
)
def test_periods_that_say_nothing_certain_are_not_guessed(text: str) -> None:
    assert lifetime(text) == Lifetime(None, is_read=False)


def test_rows_are_taken_with_category_wildcard_and_lifetime(tmp_path: Path) -> None:
    found = taken(tmp_path, "1,Gauge,Analytics,_gauge_,,,2 years,Gauge Inc.,https://gauge.example.com/privacy,1")

    (entry,) = found.entries
    assert (entry.name, entry.lifetime_days, entry.host) == ("_gauge_*", 730, "")
    assert (entry.service.name, entry.service.provider, entry.service.category) == ("Gauge", "Gauge Inc.", "statistics")
    assert (found.rows, found.left, found.unread) == (1, (), ())


def test_a_short_name_counts_only_at_the_hosts_it_names(tmp_path: Path) -> None:
    row = "1,Gauge,Analytics,uid,.one.example.com (3rd party) or two.example.com,,1 day,,,0"

    assert {entry.host for entry in taken(tmp_path, row).entries} == {"one.example.com", "two.example.com"}


def test_a_name_that_says_enough_counts_everywhere(tmp_path: Path) -> None:
    row = "1,Gauge,Analytics,gauge_visitor,gauge.example.com (3rd party),,1 day,,,0"

    assert [entry.host for entry in taken(tmp_path, row).entries] == [""]


def test_rows_that_cannot_be_taken_are_named_with_their_line(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "1,A,Analytics,,,,1 day,,,0",
        '2,A,Analytics,"two\nlines",,,1 day,,,0',
        "3,A,Odd,named,,,1 day,,,0",
        "4,A,Analytics,x,,,1 day,,,1",
        f"5,A,Analytics,{'n' * 600},,,1 day,,,0",
        "6,A,Analytics,again_again,,,1 day,,,0",
        "7,A,Analytics,again_again,,,2 days,,,0",
        "8,A,Analytics,odd_period,,,now and then,,,0",
    )

    assert [(odd.line, odd.why) for odd in found.left] == [
        (2, "no name"),
        (5, "category not known"),
        (6, "pattern fits almost any name"),
        (7, "name longer than 500 characters"),
        (9, "named twice"),
    ]
    assert [(odd.line, odd.said) for odd in found.unread] == [(10, "now and then")]
    assert (found.rows, len(found.entries)) == (8, 3)


@pytest.mark.parametrize(
    "header",
    [
        "Cookie name;Category;Service\n",
        "name\tcategory\tplatform\tlifetime\n",
        "\ufeffPlatform,Category,Cookie / Data Key name\r\n",
        '"ID","Category","COOKIE / DATA KEY NAME"\n',
    ],
)
def test_headers_may_be_written_otherwise(tmp_path: Path, header: str) -> None:
    apart = max(",;\t", key=header.count)
    cells = ["marketing" if "ateg" in column else "some_cookie" for column in header.split(apart)]

    (entry,) = taken(tmp_path, apart.join(cells), header=header).entries

    assert (entry.name, entry.service.category) == ("some_cookie", "marketing")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"<html>\n<p>", "names no column"),
        (b"Category,Host\nMarketing,x\n", 'names no column "Cookie / Data Key name"'),
        (b"name,category\n\x00\x01", ":2: is not text"),
        (b"name,category\n\xff\xfe", ":2: is not UTF-8"),
        (b'name,category\n"a"b,marketing\n', ":2: is not CSV"),
        (b"x" * (LIMIT_BYTES + 1), "is larger than 20 MiB"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, own_list: Path, content: bytes, said: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)

    refused = run("import", file)

    assert (refused.exit_code, own_list.exists()) == (2, False)
    assert refused.output.startswith(str(file))
    assert said in refused.output


@pytest.mark.parametrize(("name", "said"), [("none.csv", "does not exist"), (".", "is a folder")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, own_list: Path, name: str, said: str) -> None:
    refused = run("import", tmp_path / name)

    assert refused.exit_code == 2
    assert said in refused.output


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZWECK_CATALOGUE", str(tmp_path / "file" / "catalogue.json"))
    (tmp_path / "list.csv").write_text(HEADER + "1,A,Analytics,some_name,,,1 day,,,0\n")

    refused = run("import", tmp_path / "list.csv")

    assert refused.exit_code == 2
    assert "cannot be written" in refused.output


def test_an_import_says_what_came_in_and_what_was_left(tmp_path: Path, own_list: Path) -> None:
    rows = [
        "1,A,Analytics,one_name,,,1 day,,,0",
        "2,A,Odd,other_name,,,1 day,,,0",
        "3,A,Analytics,third_name,,,ages,,,0",
    ]
    (tmp_path / "list.csv").write_text(HEADER + "\n".join(rows))

    done = run("import", tmp_path / "list.csv")

    assert done.exit_code == 0
    assert "1 left out: category not known\n  line 3: Odd" in done.output
    assert "1 taken without a lifetime: period not understood\n  line 4: ages" in done.output
    assert "3 rows read, 2 taken, 1 left out." in done.output


def test_the_same_file_twice_gives_the_same(tmp_path: Path, own_list: Path) -> None:
    (tmp_path / "list.csv").write_text(HEADER + "1,A,Analytics,one_name,,,1 day,,,0\n")
    run("import", tmp_path / "list.csv")
    first = own_list.read_bytes()

    again = run("import", tmp_path / "list.csv")

    assert (again.exit_code, own_list.read_bytes()) == (0, first)
    assert sorted(path.name for path in own_list.parent.iterdir()) == ["catalogue.json"]


def test_a_refused_file_leaves_the_list_before_it(tmp_path: Path, own_list: Path) -> None:
    (tmp_path / "list.csv").write_text(HEADER + "1,A,Analytics,one_name,,,1 day,,,0\n")
    run("import", tmp_path / "list.csv")
    (tmp_path / "list.csv").write_text(HEADER + "1,A,Odd,one_name,,,1 day,,,0\n")

    refused = run("import", tmp_path / "list.csv")

    assert refused.exit_code == 2
    assert "none of its 1 row could be taken (line 2: category not known: Odd)" in refused.output
    assert [row[1] for row in json.loads(own_list.read_text())["entries"]] == ["one_name"]


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"services": {}, "entries": [[1]]}', "[" * 100_000, '{"services": 1}']
)
def test_a_broken_own_list_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "catalogue.json").write_text(content)

    with pytest.raises(CatalogueRefused, match="is not a catalogue as `zweck catalogue import` keeps it"):
        load(tmp_path / "catalogue.json")


def test_where_the_list_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZWECK_CATALOGUE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert imported_path() == Path("/somewhere/zweck/catalogue.json")

    monkeypatch.setenv("ZWECK_CATALOGUE", "/else/where.json")
    assert imported_path() == Path("/else/where.json")


# ── telling ──


def test_a_thing_is_told_with_its_service(own_list: Path) -> None:
    told = run("show", "_ga")

    assert told.exit_code == 0
    assert "_ga (cookie): statistics, 730 days, says our list" in told.output
    assert "provider: Google LLC" in told.output


@pytest.mark.parametrize("name", ["fonts.gstatic.com", "google-fonts"])
def test_a_host_or_an_id_is_told(own_list: Path, name: str) -> None:
    assert run("show", name).output.startswith("Google Fonts (google-fonts): cdn")


def test_what_is_not_known_ends_with_1(own_list: Path) -> None:
    told = run("show", "nobody\x1b[2J")

    assert (told.exit_code, told.output) == (1, "nobody�[2J: nothing is known of it.\n")


def test_services_are_listed_by_category(own_list: Path) -> None:
    told = run("list", "--category", "chat").output.splitlines()

    assert "intercom: Intercom · chat · Intercom, Inc., US" in told
    assert all(" · chat" in line for line in told)


def test_a_broken_list_ends_every_question_with_2(own_list: Path) -> None:
    own_list.parent.mkdir()
    own_list.write_text("{}")

    assert [run(*words).exit_code for words in (("list",), ("show", "_ga"))] == [2, 2]
