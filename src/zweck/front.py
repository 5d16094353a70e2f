"""What every request meets first: a small WSGI wrapper that knows no room.

It takes addresses out of the request, answers health questions, unknown hosts and fast paths itself, and lets a
bounded number of requests on to Django, their bodies already read. Security headers are set here, for every answer
there is.
"""

import hashlib
import logging
import re
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from ipaddress import IPv4Network, IPv6Network
from threading import BoundedSemaphore, Lock
from typing import Any, Protocol

from zweck.doors import FORWARDED, NOT_BEFORE, Answer, FastPath, MaySet
from zweck.origin import acts as origin

log = logging.getLogger(__name__)

Environ = dict[str, Any]  # Any: WSGI puts strings, streams and flags into one dictionary
Headers = list[tuple[str, str]]
Network = IPv4Network | IPv6Network
Start = Callable[[str, Headers], object]
App = Callable[[Environ, Start], Iterable[bytes]]

BODY_LIMIT_BYTES = 4 * 1024 * 1024  # of one request; settings.DATA_UPLOAD_MAX_MEMORY_SIZE is the same
BODIES_LIMIT_BYTES = 64 * 1024 * 1024  # of all requests together
CHUNK_BYTES = 64 * 1024
DJANGO_THREADS = 2
# Of the server's 64 threads, how many may wait for Django or for a slow body; the rest stay free for fast answers.
SLOTS = 48
NAMES_KEPT = 256

SECURITY: tuple[tuple[str, str], ...] = (
    (
        "Content-Security-Policy",
        # Scripts are files of ours, and connect to us alone; a reader's own tools fetch robots.txt under this policy.
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    ("Server", "zweck"),
)
HSTS = ("Strict-Transport-Security", "max-age=31536000")

DELETES = re.compile(r";\s*Max-Age=0\s*(?:;|$)", re.IGNORECASE)
HOST = re.compile(r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::[0-9]+)?")

# What proxies say about a visitor. Read when the proxy is trusted, then taken out: no room sees an address.
ADDRESS_KEYS = (
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "REMOTE_PORT",
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_CLIENT_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_FASTLY_CLIENT_IP",
)
# What only a proxy has to say.
FORWARDING = frozenset(key for key in ADDRESS_KEYS if key.startswith("HTTP_")) | {"HTTP_VIA", "HTTP_X_FORWARDED_SERVER"}


class Refused(Exception):  # noqa: N818  (read as a sentence)
    """A request that gets no further; carries its answer."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.answer = plain(status, text)


class BrokenStream(Exception):  # noqa: N818
    """A stream failed half-way. Stands for the failure itself, whose message may quote what somebody typed."""


class Failed(Protocol):
    """How a failure is told without quoting what somebody typed."""

    def __call__(self, failure: BaseException) -> str: ...


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the front.

    `serves`: whether a host name is one of ours. `troubles`: why the service is not ready, in plain words; empty when
    it is. `notes`: what a ready service cannot do at the moment. `describe` tells a failure for the log. `let_go`
    closes what a fast answer opened in its thread, `close_here` whatever a stream did.
    """

    django: App
    serves: Callable[[str], bool]
    troubles: Callable[[], tuple[str, ...]]
    describe: Failed
    let_go: Callable[[], None]
    close_here: Callable[[], None]
    exact_paths: Mapping[str, FastPath] = field(default_factory=dict)
    fast_paths: list[FastPath] = field(default_factory=list)
    cookie_keepers: list[MaySet] = field(default_factory=list)
    trusted: tuple[Network, ...] = ()
    notes: Callable[[], tuple[str, ...]] = tuple


def plain(status: HTTPStatus, text: str) -> Answer:
    """A short answer in plain words."""
    body = f"{text}\n".encode()
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
    return Answer(f"{status.value} {status.phrase}", headers, body)


def measured(answer: Answer) -> Headers:
    """An answer's headers with its length, unless it says one (to HEAD) or has none (204, 304)."""
    if answer.status.startswith(("204", "304")) or any(name.lower() == "content-length" for name, _ in answer.headers):
        return list(answer.headers)
    return [*answer.headers, ("Content-Length", str(len(answer.body)))]


@lru_cache(maxsize=256)
def remembered(status: str, headers: tuple[tuple[str, str], ...], is_https: bool) -> tuple[tuple[str, str], ...]:
    """The headers of an answer without a body as they are sent: they are few, asked for often, and nobody's own."""
    return tuple(secured(measured(Answer(status, headers, b"")), is_https))


def secured(headers: Iterable[tuple[str, str]], is_https: bool) -> Headers:
    """An answer's headers with the security headers it does not set itself; over https cookies are Secure."""
    kept = [
        (name, f"{value}; Secure")
        if is_https and name.lower() == "set-cookie" and "; secure" not in value.lower()
        else (name, value)
        for name, value in headers
    ]
    present = {name.lower() for name, _ in kept}
    kept += [header for header in SECURITY if header[0].lower() not in present]
    if is_https and HSTS[0].lower() not in present:
        kept.append(HSTS)
    return kept


def packed(text: str) -> bytes | None:
    """An address in network order, IPv4 also where it is written as IPv6; None for what is no address.

    By `inet_pton`: the objects of `ipaddress` take twenty times as long, and every request comes this way.
    """
    text = text.partition("%")[0]  # the zone of a link-local address names a cable of this machine
    try:
        return origin.plainly(socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text))
    except (OSError, ValueError):  # ValueError: a NUL, or signs outside ASCII
        return None


class Proxies:
    """The networks whose word about a visitor counts."""

    def __init__(self, trusted: Iterable[Network]) -> None:
        self._known: list[tuple[int, int, int]] = []  # bytes of an address, bits to drop, what is left
        for network in trusted:
            start, bits = origin.plainly(network.network_address.packed), network.max_prefixlen - network.prefixlen
            bits = min(bits, 8 * len(start))
            self._known.append((len(start), bits, int.from_bytes(start) >> bits))

    def __contains__(self, address: bytes) -> bool:
        for size, bits, start in self._known:  # a generator would take as long again
            if len(address) == size and int.from_bytes(address) >> bits == start:
                return True
        return False


def client(environ: Mapping[str, Any], trusted: Proxies) -> tuple[bytes | None, bool]:
    """The visitor's address in network order, and whether a trusted proxy brought the request.

    Read from the right, where the nearest proxy wrote: the first address that is no proxy of ours. What stands
    further left was written by the visitor.
    """
    address = packed(environ.get("REMOTE_ADDR", ""))
    if address is None or address not in trusted:
        return address, False
    for hop in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
        further = packed(hop.strip())
        if further is None:
            break
        address = further
        if address not in trusted:
            break
    return address, True


class CookieKeeper:
    """Lets only those cookies out that a keeper allows. `dropped` counts the others by name."""

    def __init__(self, keepers: list[MaySet]) -> None:
        self._keepers = keepers
        self.dropped: Counter[str] = Counter()

    def keep(self, headers: Headers, environ: Environ) -> Headers:
        """An answer's headers without the cookies that nobody declared. Each name is told once."""
        if not self._keepers or not any(name.lower() == "set-cookie" for name, _ in headers):
            return headers
        host, path = host_name(environ.get("HTTP_HOST", "")), str(environ.get("PATH_INFO", ""))
        return [one for one in headers if one[0].lower() != "set-cookie" or self._may(host, path, one[1])]

    def _may(self, host: str, path: str, cookie: str) -> bool:
        name, _, value = cookie.partition(";")[0].strip().partition("=")
        # What a withdrawal takes off the device need not be declared: others may have put it there.
        if not value and DELETES.search(cookie):
            return True
        if any(may_set(host, path, name) for may_set in self._keepers):
            return True
        if name not in self.dropped:
            log.error("a cookie named %s was not set: the policy declares none of that name", name)
        if name in self.dropped or len(self.dropped) < NAMES_KEPT:
            self.dropped[name] += 1
        return False


def host_name(host: str) -> str:
    """A Host header without its port, in small letters: `[2001:db8::1]:8000` -> `[2001:db8::1]`.

    Empty, and so nobody's, where Django would call it malformed: a part behind must not read another name out of it.
    """
    found = HOST.fullmatch(host.lower())
    return found[1].removesuffix(".") if found else ""


class Bodies:
    """Request bodies, read into memory under one total."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held = 0

    def _hold(self, size: int) -> None:
        with self._lock:
            if self._held + size > BODIES_LIMIT_BYTES:
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too much is being sent at once. Please try again soon.")
            self._held += size

    @contextmanager
    def read(self, environ: Environ) -> Iterator[None]:
        """Read the body whole and put it in place of the stream, for as long as the request takes.

        Raises Refused for one that is too large, or that ended before its announced length.
        """
        announced = int(environ.get("CONTENT_LENGTH") or -1)
        if announced > BODY_LIMIT_BYTES:
            raise self._too_large()
        if announced < 0 and "HTTP_TRANSFER_ENCODING" not in environ:
            environ["wsgi.input"] = BytesIO()
            yield
            return
        held, spool = 0, BytesIO()
        try:
            while chunk := environ["wsgi.input"].read(CHUNK_BYTES):
                self._hold(len(chunk))
                held += len(chunk)
                spool.write(chunk)
                if held > BODY_LIMIT_BYTES:
                    raise self._too_large()
            if held < announced:
                raise Refused(HTTPStatus.BAD_REQUEST, "The request ended before all of it had arrived.")
            spool.seek(0)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = spool, str(held)
            yield
        finally:
            with self._lock:
                self._held -= held

    @staticmethod
    def _too_large() -> Refused:
        return Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"That is too large: at most {BODY_LIMIT_BYTES // 1024 // 1024} MB are taken at once.",
        )


class Head:
    """Takes down what Django starts its answer with."""

    def __init__(self) -> None:
        self.status = "500 Internal Server Error"
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, _failure: object = None) -> None:
        self.status, self.headers = status, headers


class Stream:
    """A streamed answer. It runs in the server's thread, outside Django's pool, and gives back what it took there."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[], None], describe: Failed) -> None:
        self._parts, self._done, self._describe = parts, done, describe
        self._next = iter(parts).__next__

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        try:
            return self._next()
        except StopIteration:
            raise
        except Exception as failure:  # noqa: BLE001  (the boundary's other half: the server would log the message)
            log.error("a stream failed: %s", self._describe(failure))
            raise BrokenStream from None

    def close(self) -> None:
        """Called once by the server, whether or not the reader stayed to the end."""
        try:
            getattr(self._parts, "close", lambda: None)()
        finally:
            self._done()


class Front:
    """The WSGI application that the server runs. Made in the process that serves: its pool must not cross a fork."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._bodies = Bodies()
        self._slots = BoundedSemaphore(SLOTS)
        self._pool = ThreadPoolExecutor(DJANGO_THREADS, thread_name_prefix="django")
        self._proxies = Proxies(behind.trusted)
        self.cookies = CookieKeeper(behind.cookie_keepers)
        self._rate_key = secrets.token_bytes(32)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request; never raises."""
        is_https = False
        try:
            self._arrive(environ)
            is_https = environ["wsgi.url_scheme"] == "https"
            answer = self._at_once(environ)
            if answer is None:
                head, parts = self._by_django(environ)
                start(head.status, secured(self.cookies.keep(head.headers, environ), is_https))
                return parts
        except Refused as refused:
            answer = refused.answer
        except Exception as failure:  # noqa: BLE001  (the front's one boundary: whatever failed, the visitor gets an answer)
            log.error("a request failed: %s", self._behind.describe(failure))
            answer = plain(
                HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It has been noted; please try again."
            )
        start(answer.status, self._headers(answer, environ, is_https))
        return [answer.body]

    def _headers(self, answer: Answer, environ: Environ, is_https: bool) -> Headers:
        if not answer.body and not any(name.lower() == "set-cookie" for name, _ in answer.headers):
            return list(remembered(answer.status, answer.headers, is_https))
        return secured(self.cookies.keep(measured(answer), environ), is_https)

    def _arrive(self, environ: Environ) -> None:
        """Apply what a trusted proxy says, then take every address out of the request: what stays is cut."""
        address, is_trusted = client(environ, self._proxies)
        if is_trusted:
            scheme = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            if host := str(environ.get("HTTP_X_FORWARDED_HOST", "")).rpartition(",")[2].strip():
                environ["HTTP_HOST"] = host
        environ[FORWARDED] = not FORWARDING.isdisjoint(environ)
        for key in ADDRESS_KEYS:
            environ.pop(key, None)
        if address is None:
            environ["zweck.origin"] = origin.NOWHERE
            return
        environ["zweck.origin"] = origin.cut(address)
        environ["zweck.rate_key"] = self._rate(address)

    def _rate(self, address: bytes) -> str:
        """Tells visitors apart for rate limits, under a key that never leaves this process; IPv6 by its /64."""
        return hashlib.blake2b(address[:8], key=self._rate_key, digest_size=16).hexdigest()

    def _at_once(self, environ: Environ) -> Answer | None:
        """The answers that need no Django slot."""
        path = environ["PATH_INFO"]
        if path == "/healthz":
            return plain(HTTPStatus.OK, "alive")
        try:
            if path == "/readyz":
                return readiness(self._behind.troubles(), self._behind.notes)
            if not self._behind.serves(host_name(environ.get("HTTP_HOST", ""))):
                return plain(HTTPStatus.MISDIRECTED_REQUEST, "No site is served here under this name.")
            exact = self._behind.exact_paths.get(path)
            if exact is not None and (answer := exact(environ)) is not None:
                return answer
            for ask in self._behind.fast_paths:
                if (answer := ask(environ)) is not None:
                    return answer
        finally:
            self._behind.let_go()
        return None

    def _by_django(self, environ: Environ) -> tuple[Head, Iterable[bytes]]:
        """A page, once a slot is free and the body is here."""
        if not self._slots.acquire(blocking=False):
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Very many people are here at once. Please try again soon.")
        streams = False
        try:
            with self._bodies.read(environ):
                head, parts = self._pool.submit(self._run, environ).result()
            # In the server's thread, of which there are many: the two of Django go on with what others ask.
            time.sleep(max(0.0, float(environ.pop(NOT_BEFORE, 0.0)) - time.monotonic()))
            streams = not isinstance(parts, list)
        finally:
            if not streams:
                self._slots.release()
        return head, Stream(parts, self._end_stream, self._behind.describe) if streams else parts

    def _end_stream(self) -> None:
        self._slots.release()
        self._behind.close_here()

    def _run(self, environ: Environ) -> tuple[Head, Iterable[bytes]]:
        """Runs on a Django thread. A finished answer is closed here, where its connections were opened."""
        head = Head()
        parts = self._behind.django(environ, head)
        if getattr(parts, "streaming", False):
            return head, parts
        try:
            return head, [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()


def readiness(troubles: tuple[str, ...], notes: Callable[[], tuple[str, ...]]) -> Answer:
    """What /readyz says."""
    if not troubles:
        return plain(HTTPStatus.OK, "\n".join(("ready", *notes())))
    return plain(HTTPStatus.SERVICE_UNAVAILABLE, "\n".join(("not ready", *troubles)))
