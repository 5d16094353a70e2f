"""link.alive: the pages we link to are still there."""

from collections.abc import Iterator
from contextlib import contextmanager
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
        seen = disclosure.look_at(link.url)
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


def every_link(policy: Policy) -> tuple[str, ...]:
    """All declared links."""
    return tuple(policy.links)


class _Gone(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self) -> None:
        """Answer that the page is gone."""
        self.send_response_only(410)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def plant(target: Target, sentence: Sentence) -> Iterator[Target]:
    """The same link, leading to a page that is gone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gone)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    gone = Link(url=f"http://127.0.0.1:{server.server_address[1]}/gone", title="gone")
    links = {**target.policy.links, sentence.parameter: gone}
    try:
        place = {**target.place, "outside": Outside()}
        yield replace(target, policy=target.policy.model_copy(update={"links": links}), place=place)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


PROOF = Proof("link.alive", check, plant, Reach.OUTSIDE, quick=False, needs=("internet",), beyond=every_link)
