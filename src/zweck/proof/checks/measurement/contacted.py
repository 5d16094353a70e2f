"""measurement.provider, .cookies and .no-cookie: whom a measured browser talks to, and what stays there."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from zweck.eye.values import STATES, Stored
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.device import declared, wrongs
from zweck.proof.drill.hits import own_measurement
from zweck.proof.drill.stage import planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched
from zweck.proof.walks import Went, went

_ENOUGH = 6
_HIT = "/z/hit"
_COOKIE = "_ga=1; Path=/; Max-Age=34560000"
_FOREIGN = '<script>new Image().src = ["https:", "", "stats.example.net", "p.gif"].join("/")</script></body>'
_LOCAL_SCHEMES = frozenset({"data", "blob", "about"})


def check_provider(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """In every state a browser talks to this site alone; the one report it sends comes to us."""
    own_measurement(target.policy)
    trouble = tuple(islice(_contacted(target), _ENOUGH))
    figures: dict[str, Figure] = {"states": list(STATES)}
    if not trouble:
        walks = [went(target, state) for state in STATES]
        figures |= {"requests": sum(len(_asked(walk)) for walk in walks), "browser": walks[0].browser}
    return Finding(not trouble, "every request of a browser on a scratch instance, in each state", figures, trouble)


def _contacted(target: Target) -> Iterator[str]:
    here = {urlsplit(stage_of(target).url).netloc, urlsplit(target.origin).netloc}
    # Whoever may be measured first: with others there is least to see.
    for state in sorted(STATES, key=lambda state: state != "accepted"):
        asked = (urlsplit(url) for url in _asked(went(target, state)))
        foreign = {parts.netloc for parts in asked if parts.scheme not in _LOCAL_SCHEMES and parts.netloc not in here}
        yield from (f"{state}: a browser asks {host}" for host in sorted(foreign))
        if foreign:
            return


def _asked(walk: Went) -> list[str]:
    by_press = [request.url for choice in walk.pressed for request in choice.requests]
    return [request.url for visit in walk.visits for request in visit.requests] + by_press


def check_cookies(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """What the measurement leaves on a device that it may use is in the table, and lasts no longer than that says."""
    return _of_device(target, _unlisted(target))


def check_no_cookie(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """A measured browser keeps what any visitor of this site keeps, and nothing besides."""
    return _of_device(target, _besides(target))


def _of_device(target: Target, wrong: Iterator[str]) -> Finding:
    own_measurement(target.policy)
    trouble = tuple(islice(wrong, _ENOUGH))
    walk = went(target, "accepted")
    reports = sum(urlsplit(url).path == _HIT for url in _asked(walk))
    figures: dict[str, Figure] = {
        "reports": reports,
        "left": sorted({f"{one.kind} {one.name}" for one in walk.kept}),
        "browser": walk.browser,
    }
    if not reports and not trouble:
        trouble = ("a browser that may be measured reports nothing, so nothing could be seen of the measurement",)
    return Finding(not trouble, "what a measured browser keeps of a scratch instance", figures, trouble)


def _unlisted(target: Target) -> Iterator[str]:
    return wrongs(target.policy, _left(target), only_essential=False)


def _besides(target: Target) -> Iterator[str]:
    measurement = own_measurement(target.policy)
    for one in _left(target):
        entry = declared(target.policy, one.kind, one.name)
        if entry is None or not entry.essential or entry.purpose == measurement.purpose:
            yield f"{one.kind} {one.name} lies on the device"


def _left(target: Target) -> tuple[Stored, ...]:
    walk = went(target, "accepted")
    return (*(one for visit in walk.visits for one in visit.stored), *walk.kept)


def _is_measured(asked: Asked) -> bool:
    """Whether the choice that comes along allows something."""
    _, _, choice = asked.header("cookie").partition("zweck-choice=")
    return any(part[3:4] == "y" for part in choice.partition(";")[0].split(".")[2:])


def _calling(asked: Asked, answer: Fetched) -> Fetched:
    """Pages that tell somebody else about whoever allows the measurement."""
    if not (answer.is_html and _is_measured(asked)):
        return answer
    headers = tuple(pair for pair in answer.headers if pair[0] != "content-security-policy")
    return replace(answer, headers=headers, body=answer.text.replace("</body>", _FOREIGN).encode())


def _marking(asked: Asked, answer: Fetched) -> Fetched:
    """A report that leaves a cookie."""
    return replace(answer, headers=(*answer.headers, ("set-cookie", _COOKIE))) if asked.path == _HIT else answer


def _unheard(_asked: Asked, answer: Fetched) -> Fetched:
    """Pages without the script that reports: a device on which nothing happens shows nothing."""
    return replace(answer, body=answer.text.replace("<script", "<template").encode()) if answer.is_html else answer


PROVIDER = Proof(
    "measurement.provider",
    check_provider,
    planted(reply=_calling),
    Reach.HOST,
    quick=False,
    needs=("drill", "browser", "policy"),
)
COOKIES = Proof(
    "measurement.cookies",
    check_cookies,
    planted(reply=_marking),
    Reach.HOST,
    quick=False,
    needs=("drill", "browser", "policy"),
    more_plants=(planted(reply=_unheard),),
)
NO_COOKIE = Proof(
    "measurement.no-cookie",
    check_no_cookie,
    planted(reply=_marking),
    Reach.HOST,
    quick=False,
    needs=("drill", "browser", "policy"),
    more_plants=(planted(reply=_unheard),),
)
