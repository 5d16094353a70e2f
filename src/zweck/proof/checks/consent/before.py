"""consent.nothing-before: before an answer, and after a refusal, there is nothing but the essential."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from zweck.eye.values import Request, Visit
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.device import declared, wrongs
from zweck.proof.drill.stage import planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.gaze import look_at
from zweck.proof.pages import Fetched
from zweck.proof.scratch import both, in_pages, relay, unaltered, with_header, without_header
from zweck.proof.walks import first_visits, went

_ENOUGH = 6
_COOKIE = "_ga=GA1.1.1.1; Path=/; Max-Age=34560000"
_BY_SCRIPT = f'<script>document.cookie = "{_COOKIE}"</script></body>'
_STORES = '<script>localStorage.setItem("_ga", "1"); indexedDB.open("_ga")</script></body>'
_ASKS = '<script>navigator.sendBeacon("/z/hit", "{}")</script></body>'
_FOREIGN = '<script>new Image().src = ["https:", "", "stats.example.net", "p.gif"].join("/")</script></body>'
# What a page needs to be drawn. A script may do anything, so before an answer there is none.
_DRAWN = frozenset({"document", "stylesheet", "font", "image", "manifest", "other"})


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Jar, storages and requests of a fresh browser on the live site, and of one that has refused on the drill."""
    trouble = tuple(islice(_wrongs(target), _ENOUGH))
    figures: dict[str, Figure] = {"states": ["fresh", "refused"]}
    if not trouble:
        looks, refused = look_at(target), went(target, "refused")
        requests = [request for visit in (*looks.visits, *refused.visits) for request in visit.requests]
        opened = len(looks.visits) + len(refused.visits)
        figures |= {"opened": opened, "requests": len(requests), "browser": looks.browser}
    seen = "jar, storages and requests of a browser: fresh on the live site, after a refusal on a scratch instance"
    return Finding(not trouble, seen, figures, trouble)


def _wrongs(target: Target) -> Iterator[str]:
    """What is cheap first: whoever sees something wrong need not look on."""
    at_once = [f"before an answer: {wrong}" for wrong in _of_visits(target, first_visits(target))]
    yield from at_once
    if at_once:
        return
    looks = look_at(target)
    yield from (f"before an answer: {wrong}" for wrong in _of_visits(target, looks.visits))
    for cookie in looks.cookies:
        entry = declared(target.policy, "cookie", cookie.name)
        if entry is None or not entry.essential:
            yield f"before an answer: cookie {cookie.name} lies on the device"
    refused = went(target, "refused")
    there = replace(target, base_url=stage_of(target).url)
    yield from (f"after a refusal: {wrong}" for wrong in _of_visits(there, refused.visits))
    yield from (f"after a refusal: {wrong}" for wrong in wrongs(target.policy, refused.kept, only_essential=True))


def _of_visits(target: Target, visits: Iterable[Visit]) -> Iterator[str]:
    for visit in visits:
        path = urlsplit(visit.url).path
        stored = (*visit.stored, *visit.refused)
        yield from (f"{path}: {wrong}" for wrong in wrongs(target.policy, stored, only_essential=True))
        for entry in visit.storage:
            kind, _, name = entry.partition(":")
            found = declared(target.policy, kind, name)
            if found is None or not found.essential:
                yield f"{path}: {entry} lies on the device"
        yield from (f"{path}: {wrong}" for request in visit.requests if (wrong := _asked(target, request)))


def _asked(target: Target, request: Request) -> str:
    parts = urlsplit(request.url)
    if parts.scheme in ("data", "blob", "about"):
        return ""
    if parts.netloc not in {urlsplit(own).netloc for own in (target.base_url, target.origin)}:
        return f"asks {parts.netloc}"
    return "" if request.kind in _DRAWN else f"sends or runs {parts.path} ({request.kind})"


def plant_header(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """`_ga`, set by an answer."""
    return relay(target, with_header("set-cookie", _COOKIE))


def _running(target: Target, script: str) -> AbstractContextManager[Target]:
    running = in_pages(lambda text: text.replace("</body>", script))
    return relay(target, both(without_header("content-security-policy"), running))


def plant_script(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """`_ga`, set by a script."""
    return _running(target, _BY_SCRIPT)


def plant_storage(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """An entry in the browser's storages."""
    return _running(target, _STORES)


def plant_beacon(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A view that is reported before anybody was asked."""
    return _running(target, _ASKS)


def plant_foreign(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A picture from somebody else."""
    return _running(target, _FOREIGN)


def _after_an_answer(asked: Asked, answer: Fetched) -> Fetched:
    if answer.is_html and "zweck-choice=" in asked.header("cookie"):
        return replace(answer, headers=(*answer.headers, ("set-cookie", _COOKIE)))
    return answer


PLANT_AFTER_REFUSAL = planted(reply=_after_an_answer)

PROOF = Proof(
    "consent.nothing-before",
    check,
    plant_header,
    Reach.HOST,
    quick=False,
    needs=("http", "browser", "drill"),
    more_plants=(plant_script, plant_storage, plant_beacon, plant_foreign, PLANT_AFTER_REFUSAL),
    stage=unaltered,
)
