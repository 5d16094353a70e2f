"""The one way from a visitor's browser to the network: a SOCKS5 server (RFC 1928) on loopback.

It resolves a name once, and connects to the very address it has checked: what leads to a private address is refused
wherever it comes from, by a redirect, a picture or a name whose address has changed meanwhile (DNS rebinding).
"""

import asyncio
import ipaddress
import re
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress

_VERSION, _CONNECT = 5, 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_HOST = re.compile(r"[\w.~-]+|[0-9a-f:.]+", re.ASCII | re.IGNORECASE)  # as browsers write a name or an address
_GRANTED, _NOT_ALLOWED, _NO_HOST, _REFUSED, _UNSUPPORTED = 0, 2, 4, 5, 7
_CHUNK_BYTES = 65_536
_PLACES = 2_000  # of one visit; who asks for more tells nothing new
_CONNECTION_BYTES = 30_000_000
_CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 60.0
# Where Chromium asks on its own account: whether it is online, what a form's fields are for, what is new. No page asks
# there, and the site that is looked at is nobody else's business.
_BROWSERS_OWN = frozenset(
    {
        "connectivitycheck.gstatic.com:80",
        "www.gstatic.com:80",
        "content-autofill.googleapis.com:443",
        "optimizationguide-pa.googleapis.com:443",
        "clientservices.googleapis.com:443",
        "safebrowsing.googleapis.com:443",
        "update.googleapis.com:443",
    }
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Closed(Exception):  # noqa: N818
    """A connection is refused; `reply` is what SOCKS calls it, `trouble` what a visit does."""

    def __init__(self, reply: int, trouble: str) -> None:
        super().__init__(trouble)
        self.reply, self.trouble = reply, trouble


class Gate:
    """Lets one visitor's browser out.

    `reach`: the only hosts it may find, None = all. Since `forget`, by "host:port": `asked`, what it wanted to get to;
    `troubles`, what was in the way.
    """

    def __init__(self, reach: Iterable[str] | None, allow_private: bool) -> None:
        self._reach = None if reach is None else {host.lower().strip("[]") for host in reach}
        self._allow_private = allow_private
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._era = 0
        self.troubles: dict[str, str] = {}
        self.asked: dict[str, None] = {}

    async def open(self) -> str:
        """Listen; returns the address of the proxy."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Listen no more, and cut what is open."""
        if self._server:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def forget(self) -> None:
        """A new visit begins: troubles and byte counts start anew."""
        self.troubles.clear()
        self.asked.clear()
        self._era += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await self._let_through(reader, writer)
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):  # either side hung up, or we close
            pass
        finally:
            await _hang_up(writer)

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_IDLE_SECONDS):
            host, port = await _asked(reader, writer)
        place = f"{host}:{port}"
        if place not in _BROWSERS_OWN and len(self.asked) < _PLACES:
            self.asked[place] = None
        try:
            there, back = await self._connect(host, port)
        except _Closed as closed:
            if len(self.troubles) < _PLACES or place in self.troubles:
                self.troubles[place] = closed.trouble
            writer.write(_reply(closed.reply))
            await writer.drain()
            return
        try:
            writer.write(_reply(_GRANTED))
            await asyncio.gather(self._pass_on(there, writer, place), self._pass_on(reader, back, ""))
        finally:
            await _hang_up(back)

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if f"{host}:{port}" in _BROWSERS_OWN or (self._reach is not None and host not in self._reach):
            raise _Closed(_NO_HOST, "no-host")
        addresses = await _addresses(host, port)
        if not self._allow_private:
            addresses = [address for address in addresses if is_public(address)]
            if not addresses:
                raise _Closed(_NOT_ALLOWED, "private")
        for address in addresses:
            with suppress(OSError, TimeoutError):
                return await asyncio.wait_for(asyncio.open_connection(str(address), port), _CONNECT_SECONDS)
        raise _Closed(_REFUSED, "no-answer")

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: str) -> None:
        """Pass bytes on until their source ends. `place`: whose bytes are counted, or ""."""
        era, passed = self._era, 0
        try:
            while chunk := await asyncio.wait_for(reader.read(_CHUNK_BYTES), None if not place else _IDLE_SECONDS):
                if era != self._era:
                    era, passed = self._era, 0
                passed += len(chunk)
                if place and passed > _CONNECTION_BYTES:
                    self.troubles[place] = "too-big"
                    break
                writer.write(chunk)
                await writer.drain()
        finally:
            # Whichever side ends first ends the other: browsers do not half-close.
            writer.close()


def is_public(address: Address) -> bool:
    """Whether an address is anybody's on the internet, and no machine's or network's own."""
    if isinstance(address, ipaddress.IPv6Address):
        # ::ffff:127.0.0.1, 2002:7f00:1::, 64:ff9b::7f00:1 each lead to an IPv4 address.
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:  # fec0::/10, which networks still use though no registry knows it any more
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    inside = address in ipaddress.IPv6Network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if inside else None


async def _addresses(host: str, port: int) -> list[Address]:
    """The addresses of a host, IPv4 first. Raises _Closed."""
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        loop = asyncio.get_running_loop()
        found = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), _CONNECT_SECONDS)
    except (OSError, TimeoutError, UnicodeError) as unknown:
        raise _Closed(_NO_HOST, "no-host") from unknown
    hosts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return sorted((ipaddress.ip_address(one) for one in hosts), key=lambda address: address.version)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Greet the browser; returns which host and port it asks for."""
    version, methods = await reader.readexactly(2)
    if version != _VERSION:
        raise EOFError
    await reader.readexactly(methods)
    writer.write(bytes((_VERSION, 0)))
    version, command, _, kind = await reader.readexactly(4)
    host = await _host(reader, kind)
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    if version != _VERSION or command != _CONNECT or not host:
        writer.write(_reply(_UNSUPPORTED))
        raise EOFError
    return host.lower(), port


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        name = (await reader.readexactly(length)).decode("ascii", "replace")
        return name if _HOST.fullmatch(name) else ""
    if kind in (_IPV4, _IPV6):
        return str(ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    return ""


def _reply(code: int) -> bytes:
    return bytes((_VERSION, code, 0, _IPV4, 0, 0, 0, 0, 0, 0))


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
