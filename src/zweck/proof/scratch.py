"""Targets with a planted violation. A check cannot tell them from the live one."""

import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from zweck.policy.sentences import Sentence
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.pages import Fetched, Pages, pages_of

Alter = Callable[[Fetched], Fetched]
# Said by the relay itself, or true only between two ends of one connection.
_NOT_RELAYED = frozenset({"connection", "content-length", "transfer-encoding", "date", "server", "keep-alive"})


@contextmanager
def relay(
    target: Target, alter: Alter, hosts: Collection[str] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Target]:
    """A loopback server that answers as the target does, each response altered. It stops with the context.

    Responses come from the target's shared look, so that planting costs no second crawl. `hosts`: the only names
    under which it answers, beside its address; None = all. `tls`: with whose certificate; None = in the clear.
    """
    server = _Relay(("127.0.0.1", 0), pages_of(target), alter)
    server.hosts = hosts
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
        yield replace(target, base_url=url, place={**target.place, "pages": Pages(url), "host": ""})
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@contextmanager
def unaltered(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The stage on which violations are planted, without one. A run may keep one for all its proofs."""
    kept = target.place.get("unaltered")
    if isinstance(kept, Target):
        yield kept
    else:
        with relay(target, lambda answer: answer) as stage:
            yield stage


class _Relay(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], source: Pages, alter: Alter) -> None:
        super().__init__(address, _Handler)
        self.source = source
        self.alter = alter
        self.hosts: Collection[str] | None = None


class _Handler(BaseHTTPRequestHandler):
    server: _Relay
    timeout = 10

    def do_GET(self) -> None:
        """Answer as the source does, altered."""
        host = self.headers.get("host", "")
        if self.server.hosts is not None and host not in self.server.hosts and not host.startswith("127.0.0.1"):
            self.send_error(421)
            return
        try:
            answer = self.server.alter(self.server.source.fetch(self.path))
        except CouldNotLook:
            self.send_error(502)
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name not in _NOT_RELAYED:
                self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a planted violation is no event."""


def in_pages(change: Callable[[str], str]) -> Alter:
    """Alter the text of HTML pages, and nothing else."""

    def alter(answer: Fetched) -> Fetched:
        return replace(answer, body=change(answer.text).encode()) if answer.is_html else answer

    return alter


def with_header(name: str, value: str) -> Alter:
    """Give every page this header, in place of any it has."""

    def alter(answer: Fetched) -> Fetched:
        if not answer.is_html:
            return answer
        return replace(answer, headers=(*(pair for pair in answer.headers if pair[0] != name), (name, value)))

    return alter


def both(first: Alter, second: Alter) -> Alter:
    """One alteration after the other."""
    return lambda answer: second(first(answer))


def without_header(name: str) -> Alter:
    """Drop a header from every response."""

    def alter(answer: Fetched) -> Fetched:
        return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0] != name))

    return alter
