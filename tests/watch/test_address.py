"""Which addresses can be audited, and in what form they are kept."""

import pytest

from zweck.watch import address
from zweck.watch.errors import BadAddress


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.example.org", "https://www.example.org/"),
        ("HTTP://WWW.Example.org:80/a?b=c#d", "http://www.example.org/a?b=c"),
        ("https://example.org:8443", "https://example.org:8443/"),
        (" https://[2606:4700::1111]/ ", "https://[2606:4700::1111]/"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert address.read(typed, allow_private=False) == kept


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("ftp://example.org/", "only http and https"),
        ("javascript://alert", "only http and https"),
        ("https://", "no address of a website"),
        ("https://exa mple.org/", "no address of a website"),
        ("http://[::1", "no address of a website"),
        ("http://example.org:99999/", "no address of a website"),
        ("https://ben:hush@example.org/", "a name or a password"),
        ("https://example.org/" + "ä" * 1000, "longer than 2000 bytes"),
    ],
)
def test_what_is_no_address_is_refused_with_what_would_be_right(typed: str, wrong: str) -> None:
    with pytest.raises(BadAddress, match=wrong):
        address.read(typed, allow_private=True)


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "127.0.0.1", "10.0.0.7", "[::1]", "2130706433", "0x7f.1", "192.168.1.1:8080"]
)
def test_a_private_address_has_to_be_allowed(host: str) -> None:
    with pytest.raises(BadAddress, match="--allow-private"):
        address.read(f"http://{host}/", allow_private=False)

    assert address.read(f"http://{host}/", allow_private=True) == f"http://{host}/"
