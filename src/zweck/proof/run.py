"""One run of the proofs of one site, from finding the service to keeping the evidence."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.promises.register import proof_of
from zweck.promises.values import Clock, Evidence, Target
from zweck.proof import identity, keep, models
from zweck.proof.checks.links import Outside
from zweck.proof.drill.stage import Stages
from zweck.proof.errors import AlreadyRunning, NoService, UnknownPromise
from zweck.proof.examine import examine
from zweck.proof.gaze import Gaze
from zweck.proof.pages import Pages
from zweck.proof.promised import promised
from zweck.proof.scratch import relay
from zweck.proof.values import Promised, Standing

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Order:
    """What to prove. `promises`: ids or kinds; empty = all, or all quick ones."""

    site: str
    base_url: str
    quick: bool = False
    promises: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it is about everything the site promises."""
        return not (self.quick or self.promises)


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished run."""

    order: Order
    edition: Edition
    evidence: tuple[Evidence, ...]
    standing: Standing = field(repr=False)


def find_service() -> str:
    """The URL of the running service, as it wrote it down when it started. Raises NoService."""
    note = Path(settings.DATA) / "serve.json"
    try:
        url = json.loads(note.read_bytes())["url"]
    except FileNotFoundError:
        raise NoService(
            f"no service runs on {note.parent}: start one with `zweck serve`, or name one by --url"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise NoService(f"{note} cannot be read; restart the service, or name one by --url") from None
    return str(url).rstrip("/")


def run(order: Order, clock: Clock, tell: Callable[[Evidence], None] = lambda _: None) -> Ran:
    """Prove what is ordered and keep the evidence.

    Raises NoService, AlreadyRunning, UnknownPromise or Superseded; then no evidence is kept.
    """
    edition = editions.current(order.site)
    wanted = choose(edition, order)
    with _alone(order.site, clock.now()):
        host = host_of(edition)
        identity.make_sure(edition, order.base_url, host)
        begun = keep.begin(edition, all(map(is_quick, wanted)), clock.now())
        outcome = "died"
        try:
            with Gaze(order.base_url) as gaze, Stages(edition.source) as stages:
                live = live_target(edition, order.base_url, gaze)
                live = replace(live, place={**live.place, "drill": stages})
                with relay(live, lambda answer: answer) as unaltered:
                    shared = replace(live, place={**live.place, "unaltered": unaltered})
                    evidence = tuple(examine(wanted, shared, clock, tell))
            identity.make_sure(edition, order.base_url, host)
            standing = keep.finish(begun, edition, evidence, clock.now())
            outcome = "finished"
        finally:
            if outcome != "finished":
                keep.give_up(begun, outcome, clock.now())
    return Ran(order, edition, evidence, standing)


def provable(edition: Edition) -> tuple[Promised, ...]:
    """The promises of an edition that something proves."""
    return tuple(
        p for p in promised(edition) if p.sentence.nature == "checked" and proof_of(p.sentence.kind) is not None
    )


def choose(edition: Edition, order: Order) -> tuple[Promised, ...]:
    """The promises an order is about. Raises UnknownPromise for a name that is none of them."""
    can = provable(edition)
    named = {name for p in can for name in (p.id, p.sentence.kind)}
    for name in order.promises:
        if name not in named:
            raise UnknownPromise(f"{name}: {edition.site} makes no such promise, or nothing proves it yet")
    if order.promises:
        chosen = [p for p in can if p.id in order.promises or p.sentence.kind in order.promises]
    else:
        chosen = [p for p in can if not order.quick or is_quick(p)]
    return tuple(sorted(chosen, key=rests_on_others))


def is_quick(promise: Promised) -> bool:
    """Whether a promise's proof belongs to the quick ones."""
    proof = proof_of(promise.sentence.kind)
    return proof is not None and proof.quick


def rests_on_others(promise: Promised) -> bool:
    """Whether a proof looks at the evidence for other promises, and so comes last."""
    proof = proof_of(promise.sentence.kind)
    return proof is not None and "evidence" in proof.needs


def host_of(edition: Edition) -> str:
    """By which name a site is asked for: a loopback Host previews one site, any other goes by its own name."""
    previewed = editions.site_for(_LOOPBACK)
    if previewed and edition.site == previewed.site:
        return ""
    return urlsplit(edition.policy.scope.origins[0]).netloc


def live_target(edition: Edition, base_url: str, gaze: Gaze) -> Target:
    """The running service as a check sees it, with what the checks of one run share."""
    origin = edition.policy.scope.origins[0]
    host = host_of(edition)
    place = {
        "pages": Pages(base_url, host),
        "edition": edition,
        "host": host,
        "gaze": gaze,
        "outside": Outside(),
        "found": keep.newest(edition),
        "stand": partial(keep.stand, edition),
    }
    return Target(edition.policy, base_url, origin, place)


@contextmanager
def _alone(site: str, now: datetime) -> Iterator[None]:
    """Keep a second run away: by a file lock on this machine, by the rows of runs among several."""
    path = Path(settings.DATA) / "proof.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning("the proofs are being run already; wait for that run to end") from None
        elsewhere = models.Run.objects.filter(site=site, outcome="running", dead_at__gt=now).exclude(host=keep.host())
        if elsewhere.exists():
            raise AlreadyRunning(f"the proofs of {site} are being run already on another machine")
        yield
