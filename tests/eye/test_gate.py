"""Nothing goes past the gate: not to private addresses, not beyond what it may reach, not without an end."""

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Iterator

import pytest

from tests.eye.loops import run
from tests.eye.tiny import Answer, Odd, Tiny, page, redirect, serving
from zweck.eye.browser import gate as gates
from zweck.eye.browser.addresses import place_of
from zweck.eye.browser.gate import Gate, is_public
from zweck.eye.browsing import Eye
from zweck.eye.values import Profile, Stop


async def ask(gate: Gate, host: str, port: int, text: str = "GET / HTTP/1.0\r\n\r\n") -> tuple[int, bytes]:
    """What the gate replies to a browser that asks for a host, and what came through it."""
    at = int((await gate.open()).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", at)
    name = host.encode()
    writer.write(b"\x05\x01\x00\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack(">H", port))
    assert await reader.readexactly(2) == b"\x05\x00"
    reply = await reader.readexactly(10)
    writer.write(text.encode() if reply[1] == 0 else b"")
    came = await reader.read(-1)
    writer.close()
    await gate.close()
    return reply[1], came


@pytest.fixture
def tiny() -> Iterator[Tiny]:
    """A server that says hello, and one thing that is big."""
    answers: dict[str, Odd] = {"/": page("hello"), "/big": Answer(b"x" * 400_000)}
    with serving(answers) as tiny:
        yield tiny


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
     "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
     "2002:7f00:1::", "64:ff9b::7f00:1", "2002:a00:1::", "fec0::1"],
)  # fmt: skip
def test_no_address_of_this_machine_or_its_network_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_it_lets_through_what_may_be_reached(tiny: Tiny) -> None:
    code, came = run(ask(Gate(None, allow_private=True), "127.0.0.1", tiny.port))

    assert code == 0
    assert came.endswith(b"hello")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f.1"])
def test_it_refuses_private_addresses_in_every_spelling(tiny: Tiny, host: str) -> None:
    gate = Gate(None, allow_private=False)

    code, came = run(ask(gate, host, tiny.port))

    assert (code, came) == (2, b"")
    assert gate.troubles[place_of(f"http://{host}:{tiny.port}/x")] == "private"
    assert tiny.heard == []


@pytest.mark.parametrize("host", ["[x", "a b", "x/../", "\xff", "a\n"])
def test_it_takes_no_name_that_no_browser_asks_for(host: str) -> None:
    gate = Gate(None, allow_private=True)

    assert run(ask(gate, host, 80)) == (7, b"")
    assert gate.asked == {}


def test_it_finds_no_other_host_than_it_may_reach(tiny: Tiny) -> None:
    gate = Gate(["www.example.org"], allow_private=True)

    code, _ = run(ask(gate, "localhost", tiny.port))

    assert code == 4
    assert gate.troubles[place_of(f"http://localhost:{tiny.port}/")] == "no-host"


def test_it_connects_to_the_very_address_it_has_checked(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    public, private = ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("127.0.0.2")
    answers = iter([[private], [private, public]])

    async def addresses(_host: str, _port: int) -> list[gates.Address]:
        return next(answers)

    monkeypatch.setattr(gates, "_addresses", addresses)
    monkeypatch.setattr(gates, "is_public", lambda address: address == public)

    assert run(ask(Gate(None, allow_private=False), "rebinds.example.org", tiny.port))[0] == 2
    assert run(ask(Gate(None, allow_private=False), "rebinds.example.org", tiny.port))[0] == 0


def test_nobody_who_listens_is_told_apart_from_no_such_host() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
        gate = Gate(None, allow_private=True)

        assert run(ask(gate, "127.0.0.1", port))[0] == 5
        assert gate.troubles[place_of(f"http://127.0.0.1:{port}/")] == "no-answer"


def test_it_cuts_off_what_is_too_big(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_CONNECTION_BYTES", 100_000)
    gate = Gate(None, allow_private=True)

    _, came = run(ask(gate, "127.0.0.1", tiny.port, "GET /big HTTP/1.0\r\n\r\n"))

    assert len(came) <= 100_000
    assert gate.troubles[place_of(tiny.url)] == "too-big"


def test_it_speaks_only_what_browsers_speak(tiny: Tiny) -> None:
    async def talk() -> bytes:
        gate = Gate(None, allow_private=True)
        at = int((await gate.open()).rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", at)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        came = await reader.read(-1)
        writer.close()
        await gate.close()
        return came

    assert run(talk()) == b""


@pytest.mark.browser
def test_a_browser_does_not_get_to_a_private_address(eye: Eye, tiny: Tiny) -> None:
    with Eye(allow_private=False) as careful, careful.visitor(Profile()) as visitor:
        seen = [visitor.visit(Stop(f"http://{host}:{tiny.port}/")) for host in ("127.0.0.1", "localhost", "127.1")]

    assert [one.trouble for one in seen] == ["private"] * 3
    assert tiny.heard == []


@pytest.mark.browser
def test_neither_a_redirect_nor_a_picture_leads_out(tiny: Tiny) -> None:
    def answers() -> dict[str, Odd]:
        here = f"http://localhost:{tiny.port}"
        return {"/": page(f"<img src='{here}/img'>"), "/to": redirect(f"{here}/to")}

    with serving(answers()) as site, Eye(reach=["127.0.0.1"]) as eye, eye.visitor(Profile()) as visitor:
        shown = visitor.visit(Stop(f"{site.url}/"))
        led = visitor.visit(Stop(f"{site.url}/to"))

    assert (shown.trouble, led.trouble) == ("", "no-host")
    assert led.landed == f"http://localhost:{tiny.port}/to"
    assert tiny.heard == []
