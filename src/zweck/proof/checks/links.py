"""link.alive: the pages we link to are still there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import NotReached
from zweck.policy.model import Link, Policy
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target

_GONE = frozenset({310, 400, 404, 410, 451})
_PATIENCE = 2


@dataclass(slots=True)
class Outside:
    """What a run has learned of the network: after two links in vain it stops asking."""

    in_vain: int = 0


def check(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """The declared address answers, after at most five redirects. A look needs the internet."""
    link = target.policy.links.get(sentence.parameter)
    if link is None:
        raise CouldNotLook(f"the policy declares no link {sentence.parameter}")
    outside = target.place.get("outside")
    if isinstance(outside, Outside) and outside.in_vain >= _PATIENCE:
        raise CouldNotLook("the network outside cannot be reached from this host")
    try:
        seen = disclosure.look_at(link.url, _here(target))
    except NotReached as blind:
        if isinstance(outside, Outside):
            outside.in_vain += 1
        raise CouldNotLook(f"{urlsplit(link.url).netloc} could not be reached ({blind})") from blind
    if seen.status not in _GONE and not 200 <= seen.status < 400:
        # 403, 429, 503 and the like are what machines get where people get the page.
        raise CouldNotLook(f"{urlsplit(seen.final_url).netloc} answers {seen.status} to machines")
    figures: dict[str, Figure] = {"status": seen.status, "redirects": seen.hops, "ends_at": seen.final_url}
    trouble = () if seen.status < 310 else (f"answers {seen.status}",)
    return Finding(not trouble, link.url, figures, trouble)


def _here(target: Target) -> frozenset[tuple[str, int]]:
    """Where on this machine a control answers."""
    here = target.place.get("here")
    return here if isinstance(here, frozenset) else frozenset()


def every_link(policy: Policy) -> tuple[str, ...]:
    """All declared links."""
    return tuple(policy.links)


class _Page(ThreadingHTTPServer):
    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = status


class _Answer(BaseHTTPRequestHandler):
    server: _Page
    timeout = 10

    def do_GET(self) -> None:
        """Answer as told."""
        self.send_response_only(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def plant(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """The same link, leading to a page that is gone."""
    return _answering(target, sentence, 410)


def stage(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """The same link, leading to a page that is there."""
    return _answering(target, sentence, 200)


@contextmanager
def _answering(target: Target, sentence: Sentence, status: int) -> Iterator[Target]:
    server = _Page(status)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    gone = Link(url=f"http://127.0.0.1:{server.server_address[1]}/page", title="page")
    links = {**target.policy.links, sentence.parameter: gone}
    try:
        here = frozenset({("127.0.0.1", server.server_address[1])})
        place = {**target.place, "outside": Outside(), "here": here}
        yield replace(target, policy=target.policy.model_copy(update={"links": links}), place=place)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


PROOF = Proof(
    "link.alive", check, plant, Reach.OUTSIDE, quick=False, needs=("internet",), beyond=every_link, stage=stage
)
