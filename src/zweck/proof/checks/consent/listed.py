"""technology.only-listed and technology.none: what lies on a device, in all four states, is what the table lists."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from zweck.eye.values import STATES, State
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.device import wrongs
from zweck.proof.drill.stage import planted
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched
from zweck.proof.walks import went

_ENOUGH = 6
_UNLISTED = "unlisted=1; Path=/; Max-Age=86400"
_STORES = '<script>localStorage.setItem("unlisted", "1")</script></body>'
_FOR_EVER = 500 * 86_400


def check_listed(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Before an answer, after refusing, accepting and withdrawing: every entry is in the table, and lasts no longer."""
    return _found(target, _unlisted(target), STATES)


def check_none(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Nothing at all lies on the device; where nothing may, nothing is asked, and there is one state only."""
    return _found(target, _anything(target), ("fresh",))


def _found(target: Target, wrong: Iterator[str], states: tuple[State, ...]) -> Finding:
    trouble = tuple(islice(wrong, _ENOUGH))
    figures: dict[str, Figure] = {"states": list(states)}
    if not trouble:
        walks = [went(target, state) for state in states]
        figures |= {
            "opened": sum(len(walk.visits) for walk in walks),
            "left": sorted({f"{one.kind} {one.name}" for walk in walks for one in walk.kept}),
            "browser": walks[0].browser,
        }
    return Finding(not trouble, "everything a browser keeps of a scratch instance", figures, trouble)


def _unlisted(target: Target) -> Iterator[str]:
    for state in STATES:
        walk = went(target, state)
        only_essential = state != "accepted"
        stored = (*(one for visit in walk.visits for one in visit.stored), *walk.kept)
        stored += tuple(one for choice in walk.pressed for one in choice.stored)
        found = dict.fromkeys(wrongs(target.policy, stored, only_essential=only_essential))
        yield from (f"{state}: {wrong}" for wrong in found)
        if found:
            return  # one state is enough for a red, and each costs seconds


def _anything(target: Target) -> Iterator[str]:
    walk = went(target, "fresh")
    yield from (f"{one.kind} {one.name} lies on the device" for one in walk.kept)


def _adding(asked: Asked, answer: Fetched) -> Fetched:
    """A cookie that no table lists, for whoever has answered."""
    if not (answer.is_html and "zweck-choice=" in asked.header("cookie")):
        return answer
    return replace(answer, headers=(*answer.headers, ("set-cookie", _UNLISTED)))


def _lasting(_asked: Asked, answer: Fetched) -> Fetched:
    """Cookies that stay longer than the table says."""
    headers = tuple((n, f"{v}; Max-Age={_FOR_EVER}" if n == "set-cookie" else v) for n, v in answer.headers)
    return replace(answer, headers=headers)


def _storing(_asked: Asked, answer: Fetched) -> Fetched:
    if not answer.is_html:
        return answer
    headers = tuple(pair for pair in answer.headers if pair[0] != "content-security-policy")
    return replace(answer, headers=headers, body=answer.text.replace("</body>", _STORES).encode())


LISTED = Proof(
    "technology.only-listed",
    check_listed,
    planted(reply=_storing),
    Reach.HOST,
    quick=False,
    needs=("drill", "browser", "policy"),
    more_plants=(planted(reply=_adding), planted(reply=_lasting)),
)
NONE = Proof(
    "technology.none", check_none, planted(reply=_storing), Reach.HOST, quick=False, needs=("drill", "browser")
)
