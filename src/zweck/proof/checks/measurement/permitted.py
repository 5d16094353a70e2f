"""measurement.permission and measurement.signals: who may be measured, seen by what a report leaves in the database."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.proof.drill.asking import CHOICES, answer, button_for, pages_on
from zweck.proof.drill.hits import Told, hit, measured_person, own_measurement
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched

_ENOUGH = 6
_HIT = "/z/hit"
_SAYS = "zweck-measured"
SIGNALS: Mapping[str, Mapping[str, str]] = {"gpc": {"sec-gpc": "1"}, "dnt": {"dnt": "1"}}


def check_permission(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Who may be measured leaves one event; who was not asked, refused or opted out leaves none."""
    own_measurement(target.policy)
    measured_person(target)
    cases = tuple(_cases(target))
    trouble = tuple(islice((wrong for case in cases for wrong in _measured(*case)), _ENOUGH))
    figures: dict[str, Figure] = {"reports": len(cases) + 1, "events": 1 + sum(told.events for _, told in cases)}
    return Finding(not trouble, "reports of visitors in each state, to a scratch instance", figures, trouble)


def _cases(target: Target) -> Iterator[tuple[str, Told]]:
    stage, policy = stage_of(target), target.policy
    where = pages_on(stage)
    home = where.one("home")
    if own_measurement(policy).permission == "consent":
        yield "nobody was asked", hit(stage, Person(stage.url), home)
        refused = Person(stage.url)
        answer(refused, home, "refuse")
        yield "after a refusal", hit(stage, refused, home)
        taken_back = measured_person(target)
        answer(taken_back, where.one(CHOICES), "refuse")
        yield "after a withdrawal", hit(stage, taken_back, home)
    out = measured_person(target)
    page = out.get(where.one(CHOICES))
    button = button_for(page.text, "opt-out")
    if button:
        out.press(page, button)
        yield "after an objection", hit(stage, out, home)


def _measured(case: str, told: Told) -> Iterator[str]:
    if told.is_measured:
        yield f"{case}: measured all the same (answer: {told.says or told.status}, events: {told.events})"


def check_signals(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """A report that comes with a signal, of somebody who has chosen nothing, leaves nothing and says why."""
    own_measurement(target.policy)
    measured_person(target)
    stage = stage_of(target)
    trouble = tuple(wrong for name, sends in SIGNALS.items() for wrong in _ignored(stage, name, sends))
    figures: dict[str, Figure] = {"signals": ["Sec-GPC: 1", "DNT: 1"], "reports": len(SIGNALS)}
    return Finding(not trouble, "reports with each signal, to a scratch instance", figures, trouble)


def _ignored(stage: Stage, name: str, sends: Mapping[str, str]) -> Iterator[str]:
    told = hit(stage, Person(stage.url, sends), pages_on(stage).one("home"))
    if told.is_measured or name not in told.says:
        header = ", ".join(f"{key}: {value}" for key, value in sends.items())
        yield f"{header}: not honoured (answer: {told.says or told.status}, events: {told.events})"


class _Impostor:
    """Hands reports on as those of somebody who has consented, and gives them back the answer they should have had."""

    def __init__(self) -> None:
        self._consented = ""

    def ask(self, asked: Asked) -> Asked:
        """Remember the first consent that comes by; from then on every report bears it."""
        cookie = asked.header("cookie")
        if asked.path != _HIT:
            return asked
        if not self._consented and "zweck-choice=" in cookie:
            self._consented = cookie
        if not self._consented:
            return asked
        bare = asked.without("cookie").without("sec-gpc").without("dnt")
        return replace(bare, headers=(*bare.headers, ("cookie", self._consented)))

    @staticmethod
    def reply(asked: Asked, answer: Fetched) -> Fetched:
        """Say of every report that it left nothing, whatever became of it."""
        if asked.path != _HIT:
            return answer
        says = "no, gpc" if "gpc" in answer.header(_SAYS) else "no, unasked"
        return replace(answer, headers=(*(pair for pair in answer.headers if pair[0] != _SAYS), (_SAYS, says)))


def plant_impostor(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """A service that takes everybody's reports for those of one who consented."""
    return planted(ask=_Impostor().ask)(target, sentence)


def plant_liar(target: Target, sentence: Sentence) -> AbstractContextManager[Target]:
    """The same, and it says that it has measured nobody: only the database tells."""
    return planted(ask=_Impostor().ask, reply=_Impostor.reply)(target, sentence)


def _deaf(asked: Asked) -> Asked:
    """A service that never hears the signals."""
    return asked.without("sec-gpc").without("dnt")


PERMISSION = Proof(
    "measurement.permission",
    check_permission,
    plant_impostor,
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(plant_liar,),
)
SIGNALLED = Proof(
    "measurement.signals",
    check_signals,
    planted(ask=_deaf),
    Reach.HOST,
    quick=False,
    needs=("drill",),
    more_plants=(plant_liar,),
)
