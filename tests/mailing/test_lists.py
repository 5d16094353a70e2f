"""Lists that somebody brings along: what counts as proof, and what is told of rows that cannot be taken."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from zweck.mailing.bringing.lists import Consented, Refused, Row, Shut, moment, read, read_shut
from zweck.mailing.errors import BadFile

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    '1,anna@example.org,Anna,"{""consent_at"":""2024-05-03T08:00:00Z"",""consent_source"":""form 7""}",enabled,x,x\n'
    "2,ben@example.org,Ben,{},enabled,2024-01-01,x\n"
    "3,cora@example.org,Cora,{},blocklisted,2024-01-01,x\n"
)


def _read(text: str | bytes) -> list[Row | Refused]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text), BERLIN, NOW))


def test_a_row_counts_with_source_and_date_of_its_consent() -> None:
    found = _read("email,consent_at,consent_source,language\nben@example.org,2024-05-03,fair 2024,de\n")

    at = datetime(2024, 5, 2, 22, tzinfo=UTC)  # midnight in Berlin
    assert found == [Row(2, "ben@example.org", Consented(at, "fair 2024"), "de")]


@pytest.mark.parametrize("proof", [",", "2024-05-03,", ",fair 2024"])
def test_a_row_without_either_brings_no_proof(proof: str) -> None:
    assert _read(f"email,consent_at,consent_source\nben@example.org,{proof}\n") == [Row(2, "ben@example.org", None)]


def test_listmonk_s_export_is_read_and_its_created_at_is_no_consent() -> None:
    anna, ben, cora = _read(LISTMONK)

    assert anna == Row(2, "anna@example.org", Consented(datetime(2024, 5, 3, 8, tzinfo=UTC), "form 7"))
    assert ben == Row(3, "ben@example.org", None)
    assert cora == Row(4, "cora@example.org", None, is_away=True)


def test_bad_rows_are_told_by_line_and_the_others_are_read() -> None:
    head = "email;consent_at;consent_source\r\n"
    rows = [
        "nobody;2024-05-03;x",
        "a@example.org;yesterday;x",
        "b@example.org;2027-01-01;x",
        "c@example.org;2024-05-03;" + "x" * 300,
        "d@example.org;2024-05-03;told by x@example.org",
        "",
        "e@example.org\x07;2024-05-03;x",
        "f@example.org;3.5.2024 10:11;x",
    ]

    *refused, good = _read(head + "\r\n".join(rows))

    told = [(row.line, row.code) for row in refused if isinstance(row, Refused)]
    assert told == [(2, "address"), (3, "date"), (4, "future"), (5, "source"), (6, "source"), (8, "characters")]
    assert good == Row(9, "f@example.org", Consented(datetime(2024, 5, 3, 8, 11, tzinfo=UTC), "x"))


def test_a_quote_that_never_closes_does_not_swallow_the_list_unseen() -> None:
    text = 'email,consent_at,consent_source\n"' + "a@example.org,2024-05-03,x\n" * 20_000

    found = _read(text)

    assert isinstance(found[0], Refused)
    assert found[0].code == "quotes"


def test_what_older_spreadsheets_write_is_read() -> None:
    (row,) = _read("email;consent_at;consent_source\nben@example.org;2024-05-03;M\u00fcnchen\n".encode("cp1252"))

    assert isinstance(row, Row)
    assert row.consent is not None
    assert row.consent.source == "M\u00fcnchen"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a spreadsheet", "not-csv"),
        ("email,x\n".encode("utf-16"), "not-csv"),
        (b"name,city\nBen,Berlin\n", "no-email"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as refused:
        _read(content)

    assert refused.value.code == code


@pytest.mark.parametrize("told", ["", "2024-13-01", "1.2.3", "0001-01-01", "9999-12-31T23:59:59-23:00", "1970-01-01"])
def test_what_is_no_day_is_no_day(told: str) -> None:
    assert moment(told, BERLIN) is None


def test_a_suppression_list_holds_addresses_or_marks() -> None:
    content = b"mark,reason\n" + b"ab" * 32 + b",left\nben@example.org,left\nnothing,left\n"

    found = list(read_shut(io.BytesIO(content)))

    assert found == [Shut(2, mark=b"\xab" * 32), Shut(3, "ben@example.org"), Refused(4, "address")]


def test_a_bare_column_of_addresses_is_a_suppression_list_too() -> None:
    assert list(read_shut(io.BytesIO(b"a@example.org\nb@example.org\n"))) == [
        Shut(1, "a@example.org"),
        Shut(2, "b@example.org"),
    ]
