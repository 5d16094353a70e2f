"""Speaks HTTP to the outside: posts webhooks, looks at links."""

import hashlib
import hmac
import io
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from socket import gaierror
from ssl import SSLError
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from zweck.disclosure.errors import Declined, NotDelivered, NotReached
from zweck.disclosure.values import Seen

_TIMEOUT_SECONDS = 10  # for a connection, and for each silence after it
# For the whole answer, once asked: one that comes byte by byte is never silent for long.
_ANSWER_SECONDS = 30
_MOST_HOPS = 5
_ANSWER_BYTES = 64 * 1024
_AGENT = "Zweck"


class NotPublic(OSError):  # noqa: N818
    """An address of a private network, of this machine or of nobody."""


_WHY: tuple[tuple[type[BaseException], str], ...] = (
    (NotPublic, "its address is not public"),
    (gaierror, "its name could not be looked up"),
    (SSLError, "no secure connection came about"),
    (TimeoutError, "no answer in time"),
    (ConnectionRefusedError, "the connection was refused"),
    (ConnectionError, "the connection was lost"),
)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A webhook that moved is for the operator to correct: following would send the payload to whom it names."""

    def redirect_request(  # noqa: PLR0913  (the signature is the base class's)
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


class _UntilThen(io.RawIOBase):
    """What comes from a connection, until a moment."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        super().__init__()
        self._raw, self._connection, self._ends = raw, connection, time.monotonic() + _ANSWER_SECONDS

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # Any: as the standard library's
        """What has come. Raises TimeoutError."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(min(left, _TIMEOUT_SECONDS))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """The connection is closed with it."""
        self._raw.close()
        super().close()


class _InTime(HTTPResponse):
    """An answer whose status, headers and body have come before a moment."""

    def __init__(self, sock: socket.socket, *how: Any, **more: Any) -> None:  # Any: what http.client gives
        super().__init__(sock, *how, **more)
        self.fp = io.BufferedReader(_UntilThen(self.fp.detach(), sock))


class _Patient(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Waits for an answer, and not for ever."""

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Open an address without TLS."""
        return self.do_open(partial(self._begun, HTTPConnection), req)

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Open an address with TLS."""
        return self.do_open(partial(self._begun, HTTPSConnection), req)

    def _begun(self, kind: type[HTTPConnection], host: str, **how: Any) -> HTTPConnection:  # Any: what urllib gives
        connection = kind(host, **how)
        connection.response_class = _InTime
        return connection


class _Wary(_Patient):
    """Connects to public addresses and to `here` alone: a stranger's redirect must not lead into our own network.

    The address that was judged is the one that is connected to: a name may lead elsewhere a moment later.
    """

    def __init__(self, here: frozenset[tuple[str, int]]) -> None:
        super().__init__()
        self._here = here

    def _begun(self, kind: type[HTTPConnection], host: str, **how: Any) -> HTTPConnection:  # Any: what urllib gives
        connection = super()._begun(kind, host, **how)
        connection._create_connection = self._connect  # type: ignore[attr-defined]  # noqa: SLF001  (no other seam)
        return connection

    def _connect(self, address: tuple[str, int], *how: Any) -> socket.socket:  # Any: as the standard library's
        for *_, found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            where = str(found[0]).partition("%")[0], int(found[1])
            if ip_address(where[0]).is_global or where in self._here:
                return socket.create_connection(where, *how)
        raise NotPublic


_opener = urllib.request.build_opener(_NoRedirect, _Patient)


def sign(secret: str, at: int, body: bytes) -> str:
    """The signature header: HMAC-SHA256 over the time and the body, so that neither can be replayed with the other."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def post(url: str, payload: Mapping[str, object], key: str, secret: str, now: datetime) -> None:
    """Post JSON. Raises NotDelivered for anything but a 2xx answer."""
    status = _status(_signed(url, payload, key, secret, now))[0]
    if not 200 <= status < 300:
        raise NotDelivered(f"answered {status}")


def _signed(url: str, payload: Mapping[str, object], key: str, secret: str, now: datetime) -> urllib.request.Request:
    if urlsplit(url).scheme not in ("http", "https"):
        raise NotDelivered("the address is neither http nor https")
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", "User-Agent": _AGENT, "Idempotency-Key": key}
    if secret:
        headers["Zweck-Signature"] = sign(secret, int(now.timestamp()), body)
    return urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310


def ask(url: str, payload: Mapping[str, object], key: str, secret: str, now: datetime) -> Mapping[str, object]:
    """Post JSON and read the JSON object of the answer.

    Raises NotDelivered for what may go better later, Declined for a no that stays (4xx, but 408, 425 and 429).
    """
    request = _signed(url, payload, key, secret, now)
    try:
        with _opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            said = json.loads(answer.read(_ANSWER_BYTES))
    except urllib.error.HTTPError as answer:
        with answer:
            if 400 <= answer.code < 500 and answer.code not in (408, 425, 429):
                raise Declined(f"answered {answer.code}") from None
            raise NotDelivered(f"answered {answer.code}") from None
    except urllib.error.URLError as trouble:
        raise NotDelivered(_why(trouble.reason)) from None
    except ValueError:
        raise NotDelivered("its answer is no JSON") from None
    except (OSError, HTTPException) as trouble:
        raise NotDelivered(_why(trouble)) from None
    if not isinstance(said, dict):
        raise NotDelivered("its answer is no JSON object")
    return said


def look_at(url: str, here: frozenset[tuple[str, int]] = frozenset()) -> Seen:
    """Follow a link with GET and tell where it ends. Raises NotReached when nothing could be seen.

    `here`: addresses of this machine, with their ports, that may be looked at although they are not public.
    """
    opener, at = urllib.request.build_opener(_NoRedirect, _Wary(here), urllib.request.ProxyHandler({})), url
    for hops in range(_MOST_HOPS + 1):
        if _scheme(at) not in ("http", "https"):
            raise NotReached("it leads to an address that is neither http nor https")
        request = urllib.request.Request(at, headers={"User-Agent": _AGENT})  # noqa: S310
        try:
            status, onward = _status(request, opener)
        except NotDelivered as trouble:
            raise NotReached(str(trouble)) from trouble
        if not onward:
            return Seen(url, status, at, hops)
        at = urljoin(at, onward) if _scheme(onward) is not None else "nowhere:"
    return Seen(url, 310, at, _MOST_HOPS)  # too many redirects: reached, and not well


def _scheme(url: str) -> str | None:
    """The scheme of an address; None for one that cannot be read."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return None


def _status(request: urllib.request.Request, opener: urllib.request.OpenerDirector = _opener) -> tuple[int, str]:
    """The answer's status, and where it redirects to; the body is not read."""
    try:
        with opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return int(answer.status), ""
    except urllib.error.HTTPError as answer:
        with answer:
            onward = answer.headers.get("Location", "") if 300 <= answer.code < 400 else ""
            return answer.code, onward
    except urllib.error.URLError as trouble:
        raise NotDelivered(_why(trouble.reason)) from trouble
    except (OSError, HTTPException, ValueError) as trouble:  # ValueError: a name or a port that cannot be
        raise NotDelivered(_why(trouble)) from trouble


def _why(trouble: object) -> str:
    """Why there was no answer, in words; of the exception nothing else, since its message may hold an address."""
    for kind, words in _WHY:
        if isinstance(trouble, kind):
            return words
    return type(trouble).__name__
