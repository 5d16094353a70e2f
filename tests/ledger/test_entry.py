"""An entry is canonical, small, and never about a person."""

from datetime import datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from zweck.ledger import entry
from zweck.ledger.errors import BadBody, PersonInBody

PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"]))
)
BODIES = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), PLAIN | st.lists(PLAIN))


@given(BODIES)
def test_the_canonical_form_is_that_of_rfc_8785(body: dict[str, entry.Value]) -> None:
    assert entry.canonical(body).encode() == rfc8785.dumps(body)


def test_an_entry_says_what_where_when_and_is_unlike_any_other(now: datetime) -> None:
    body = entry.compose("collect", "example", {"purpose": "newsletter", "fields": ["email"]}, "ab12", now)

    assert body == (
        b'{"act":"collect","at":"2026-11-22T09:41:00.000000Z","fields":["email"],"id":"ab12",'
        b'"purpose":"newsletter","site":"example"}'
    )


def test_a_time_elsewhere_is_written_in_utc(now: datetime) -> None:
    berlin = now.astimezone(timezone(timedelta(hours=1)))

    assert entry.stamp(berlin) == entry.stamp(now) == "2026-11-22T09:41:00.000000Z"


def test_a_time_without_a_zone_is_refused(now: datetime) -> None:
    with pytest.raises(BadBody, match="no time zone"):
        entry.compose("collect", "example", {}, "ab12", now.replace(tzinfo=None))


@pytest.mark.parametrize("value", [
    "ben@example.org", "mail to ben@example.org now", "ben%40example.org",
    "b\N{LATIN SMALL LETTER E WITH ACUTE}n@example.org",
    "192.0.2.7", "192.0.2.7:443", "from 192.0.2.7, today", "[2001:db8::7]:443", "2001:db8::7", "2001:DB8:0:0:0:0:0:7",
    "::ffff:192.0.2.7", "fe80::1%eth0", "seen at 2001:db8::7.",
])  # fmt: skip
def test_an_address_is_refused_and_not_repeated(now: datetime, value: str) -> None:
    bodies: list[dict[str, entry.Value]] = [{"note": value}, {"notes": ["fine", value]}]
    for body in bodies:
        with pytest.raises(PersonInBody) as refusal:
            entry.compose("collect", "example", body, "ab12", now)

        assert "example.org" not in str(refusal.value)
        assert "192.0.2.7" not in str(refusal.value)
        assert "db8" not in str(refusal.value).lower()


@pytest.mark.parametrize("value", [
    "form.says-why:newsletter", "2026-11-22T09:41:00.000000Z", "09:41:00", "11:22:33:44:55:66", "sha256:ab:cd", "1.2.3",
    "https://example.org/privacy", "de, en", "10.5", "::", "999.999.999.999",
])  # fmt: skip
def test_what_only_looks_like_an_address_is_taken(now: datetime, value: str) -> None:
    assert entry.compose("collect", "example", {"note": value}, "ab12", now)


@pytest.mark.parametrize(("body", "message"), [
    ({"at": "noon"}, "the ledger itself writes at"),
    ({"Name": "x"}, "lower-case letters"),
    ({"size": 1.5}, "size is a float"),
    ({"size": 2**53}, "2\\^53-1"),
    ({"data": b"x"}, "data is a bytes"),
    ({"tree": {"a": 1}}, "tree is a dict"),
    ({"tree": [["a"]]}, "a list in a list"),
    ({"text": "\ud800"}, "not valid Unicode"),
])  # fmt: skip
def test_what_an_entry_cannot_hold_is_named(now: datetime, body: dict[str, entry.Value], message: str) -> None:
    with pytest.raises(BadBody, match=message):
        entry.compose("collect", "example", body, "ab12", now)
