"""consent.change-control and consent.reset-control: the two controls stand where the statement says, and work."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.device import declared
from zweck.proof.drill import sql
from zweck.proof.drill.asking import ENDPOINT, answer, is_asked, labelled, labels, pages_on, picked
from zweck.proof.drill.cookie import STRAY
from zweck.proof.drill.forms import links_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import NOWHERE, Fetched, Listed, pages_of
from zweck.proof.scratch import in_pages, relay, unaltered

_ENOUGH = 6
_ENDED = "Max-Age=0"


def check_change(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """On every page stands the control of that name, and one click leads to where each purpose can be answered."""
    names = labels(target.policy, "change")
    listed = (*pages_of(target).listed(), Listed(NOWHERE, next(iter(names)), "error"))
    pages = pages_of(target).each(listed)
    wrongs = (wrong for page, found in pages for wrong in _unchangeable(target, page, found, names[page.language]))
    trouble = tuple(islice(wrongs, _ENOUGH))
    figures: dict[str, Figure] = {"pages": len(pages), "purposes": sorted(target.policy.needing_consent())}
    return Finding(not trouble, "the control on every page, and where it leads", figures, trouble)


def _unchangeable(target: Target, page: Listed, found: Fetched, label: str) -> Iterator[str]:
    hrefs = [href for text, href in links_of(found.text) if text == label]
    if not hrefs:
        yield f"{page.path}: no control “{label}”"
        return
    path = urlsplit(urljoin(f"http://own.invalid{page.path}", hrefs[0])).path
    there = pages_of(target).fetch(path)
    missing = set(target.policy.needing_consent()) - picked(there.text)
    if there.status != 200 or missing:
        yield f"{page.path}: “{label}” leads to {path}, where nothing can be chosen"


def plant_uncontrolled(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """Pages without the control."""
    names = tuple(labels(target.policy, "change").values())
    return relay(target, in_pages(lambda text: _renamed(text, names)))


def plant_astray(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A control that leads back to the first page."""
    paths = {page.path for page in pages_of(target).listed() if page.template == "choices"}
    return relay(target, in_pages(lambda text: _led_astray(text, paths)))


def _renamed(text: str, names: tuple[str, ...]) -> str:
    for name in names:
        text = text.replace(name, "…")
    return text


def _led_astray(text: str, paths: set[str]) -> str:
    for path in paths:
        text = text.replace(f'href="{path}"', 'href="/"')
    return text


def check_reset(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """One click on the statement's page leaves only the essential in the jar, asks anew, and is on record."""
    stage, names = stage_of(target), labels(target.policy, "reset")
    where = pages_on(stage)
    trouble = tuple(
        f"{path}: {wrong}"
        for language, path in where.of("statement").items()
        for wrong in _unreset(target, stage, path, names[language])
    )
    figures: dict[str, Figure] = {"pages": len(names)}
    return Finding(not trouble, "the control on the statement of a scratch instance, pressed", figures, trouble)


def _unreset(target: Target, stage: Stage, path: str, label: str) -> Iterator[str]:
    person = Person(stage.url)
    answer(person, path, "accept")
    person.plant(STRAY)
    page = person.get(path)
    button = labelled(page.text, label)
    if button is None:
        yield f"no control “{label}”"
        return
    before = _on_record(stage)
    after = person.press(page, button)
    if after.status != 200:
        yield f"the control was answered {after.status}"
    left = [name for name in sorted(person.names) if not _is_essential(target, name)]
    if left or "zweck-choice" in person.names:
        yield f"left on the device: {', '.join(left or ['zweck-choice'])}"
    if target.policy.needing_consent() and not is_asked(person.get(path).text):
        yield "the question does not come back"
    if _on_record(stage) != before + 1:
        yield "the reset is not on record"


def _is_essential(target: Target, name: str) -> bool:
    found = declared(target.policy, "cookie", name)
    return found is not None and found.essential


def _on_record(stage: Stage) -> int:
    """How many resets the drill has on record. Raises CouldNotLook."""
    if "consent_record" not in sql.tables(stage.database):
        raise CouldNotLook("the scratch instance keeps no records of choices")
    return sql.count_where(stage.database, "consent_record", "action", "reset")


def _undeleted(_asked: Asked, answer: Fetched) -> Fetched:
    """Answers without the headers that end a cookie."""
    kept = tuple(one for one in answer.headers if not (one[0] == "set-cookie" and _ENDED in one[1]))
    return replace(answer, headers=kept)


def _unnamed(_asked: Asked, answer: Fetched) -> Fetched:
    return replace(answer, body=answer.text.replace('value="reset"', 'value="reset" hidden>…<').encode())


def _unrecorded(asked: Asked) -> Asked:
    """A reset that the service never hears of."""
    if asked.path == ENDPOINT and b"action=reset" in asked.body:
        return replace(asked, body=asked.body.replace(b"action=reset", b"action=refuse"))
    return asked


CHANGE = Proof(
    "consent.change-control",
    check_change,
    plant_uncontrolled,
    Reach.HOST,
    needs=("http", "policy"),
    more_plants=(plant_astray,),
    stage=unaltered,
)
RESET = Proof(
    "consent.reset-control",
    check_reset,
    planted(reply=_undeleted),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_unnamed), planted(ask=_unrecorded)),
)
