"""What the front does with addresses, exact paths and cookies, without a server."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from zweck.doors import FORWARDED, Answer, FastPath, MaySet
from zweck.front import App, Behind, Environ, Front, Network, Proxies, Start, client, packed
from zweck.origin.values import Origin

HELLO = Answer("200 OK", (("Set-Cookie", "zweck-choice=1"), ("set-cookie", "_ga=2; Path=/")), b"hello")


def django(_environ: Environ, start: Start) -> Iterable[bytes]:
    """Sets two cookies."""
    start("200 OK", [("Set-Cookie", "zweck-choice=1; Path=/"), ("Set-Cookie", "_ga=2")])
    return [b"page"]


def repr_of(failure: BaseException) -> str:
    """A failure, told."""
    return repr(failure)


def front(app: App = django, **more: Any) -> Front:  # Any: fields of Behind
    """A front that serves every host."""
    return Front(Behind(app, lambda _: True, tuple, repr_of, lambda: None, lambda: None, **more))


def ask(one: Front, path: str = "/", **environ: str) -> tuple[list[tuple[str, str]], bytes, Environ]:
    """One request: headers, body, and what the request carried in the end."""
    given: Environ = {"PATH_INFO": path, "HTTP_HOST": "www.example.com", "wsgi.url_scheme": "http", **environ}
    headers: list[tuple[str, str]] = []
    body = b"".join(one(given, lambda _, told: headers.extend(told)))
    return headers, body, given


@given(some.ip_addresses())
def test_an_address_is_read_as_the_library_reads_it(address: Any) -> None:  # Any: of either version
    mapped = getattr(address, "ipv4_mapped", None)

    assert packed(str(address)) == (mapped or address).packed


@pytest.mark.parametrize("text", ["", "example.org", "192.0.2.1:80", "192.0.2", "192.0.2.01", "1:2", "a\0", "１.2.3.4"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert packed(text) is None


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7, 192.0.2.5", "198.51.100.7"),
        ("198.51.100.7, rubbish, 192.0.2.5", "192.0.2.5"),
        ("", "192.0.2.1"),
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8::7, 2001:db8:ffff::1", "2001:db8::7"),
    ],
)
@pytest.mark.parametrize("proxy", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_the_visitor_is_the_first_from_the_right_that_is_no_proxy_of_ours(
    forwarded: str, address: str, proxy: str
) -> None:
    trusted = Proxies([ip_network("192.0.2.0/24"), ip_network("2001:db8:ffff::/48")])

    found = client({"REMOTE_ADDR": proxy, "HTTP_X_FORWARDED_FOR": forwarded}, trusted)

    assert found == (ip_address(address).packed, True)


def test_a_request_carries_its_network_and_no_address() -> None:
    _, _, known = ask(front(), REMOTE_ADDR="192.0.2.77", HTTP_X_FORWARDED_FOR="198.51.100.7")
    _, _, unknown = ask(front(), REMOTE_ADDR="")

    assert known["zweck.origin"] == Origin(bytes([192, 0, 2]))
    assert unknown["zweck.origin"] == Origin(b"")
    assert "zweck.rate_key" not in unknown
    assert not {"REMOTE_ADDR", "HTTP_X_FORWARDED_FOR"} & {*known, *unknown}


def test_an_exact_path_is_asked_before_the_others_and_may_pass_a_request_on() -> None:
    mine: dict[str, FastPath] = {"/mine": lambda _: Answer("200 OK", (), b"exact"), "/not": lambda _: None}
    one = front(exact_paths=mine, fast_paths=[lambda e: Answer("200 OK", (), b"fast") if e["PATH_INFO"] else None])

    assert [ask(one, path)[1] for path in ("/mine", "/not", "/other")] == [b"exact", b"fast", b"fast"]


def cookies(headers: list[tuple[str, str]]) -> list[str]:
    """Names of the cookies that were set."""
    return [value.partition("=")[0] for name, value in headers if name.lower() == "set-cookie"]


@pytest.mark.parametrize("path", ["/", "/fast"])
def test_a_cookie_that_nobody_declared_is_not_set(path: str, caplog: pytest.LogCaptureFixture) -> None:
    def may_set(host: str, at: str, name: str) -> bool:
        return (host, at, name) == ("www.example.com", path, "zweck-choice")

    one = front(exact_paths={"/fast": lambda _: HELLO}, cookie_keepers=[may_set])
    kept = [cookies(ask(one, path)[0]) for _ in range(3)]

    assert kept == [["zweck-choice"]] * 3
    assert caplog.text.count("_ga") == 1
    assert one.cookies.dropped == {"_ga": 3}


def test_without_a_keeper_every_cookie_is_set() -> None:
    nobody: list[MaySet] = []

    assert cookies(ask(front(cookie_keepers=nobody))[0]) == ["zweck-choice", "_ga"]


def test_a_cookie_that_nobody_declared_may_still_be_deleted() -> None:
    gone, kept = "_ga=; Max-Age=0; Path=/", "_gb=1; Max-Age=0; Path=/"
    one = front(
        exact_paths={"/fast": lambda _: Answer("200 OK", (("Set-Cookie", gone), ("Set-Cookie", kept)), b"")},
        cookie_keepers=[lambda *_: False],
    )

    assert cookies(ask(one, "/fast")[0]) == ["_ga"]


@pytest.mark.parametrize("trusted", [(), (ip_network("127.0.0.1/32"),)])
@pytest.mark.parametrize(
    ("header", "brought"),
    [
        ({}, False),
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, True),
        ({"HTTP_FORWARDED": "for=192.0.2.7"}, True),
        ({"HTTP_X_FORWARDED_HOST": "localhost"}, True),
        ({"HTTP_X_FORWARDED_PROTO": ""}, True),
        ({"HTTP_X_REAL_IP": "127.0.0.1"}, True),
        ({"HTTP_VIA": "1.1 proxy"}, True),
    ],
)
def test_it_is_noted_that_a_proxy_brought_a_request(
    header: dict[str, str], brought: bool, trusted: tuple[Network, ...]
) -> None:
    environ = ask(front(trusted=trusted), REMOTE_ADDR="127.0.0.1", **header)[2]

    assert environ[FORWARDED] is brought
