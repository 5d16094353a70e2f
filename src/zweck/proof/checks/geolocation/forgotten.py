"""geo.not-stored: a country that exists nowhere else leaves no trace, whatever its visitor does."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.geolocation.form import FORWARDED, filled, offered, opened, paths, trial_form
from zweck.proof.checks.geolocation.told import geolocation_of
from zweck.proof.drill.asking import CHOICES, answer, pages_on
from zweck.proof.drill.countries import is_table, made_up
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, stage_of
from zweck.proof.pages import NOWHERE

_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of the visits: answers with a trace in them, and whether a made-up country changed a proposal."""

    answers: int
    traces: tuple[str, ...]
    is_told: bool


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Come from made-up states, look, choose, send; then read every byte that was written, and every answer."""
    geolocation_of(target)
    stage = stage_of(target)
    visited = stage.once("made-up countries", lambda: _visit_all(target, stage))
    if not visited.is_told:
        raise CouldNotLook("no proposal differs by country, so it is not shown that a country was told at all")
    files, size, found = _search(stage)
    trouble = (*visited.traces, *found)
    figures: dict[str, Figure] = {"files": files, "bytes": size, "pages": visited.answers}
    seen = "every byte of a scratch instance's databases, logs and temporary files, after visits from made-up countries"
    return Finding(not trouble, seen, figures, trouble[:8])


def _visit_all(target: Target, stage: Stage) -> Visited:
    names = made_up(stage.folder)
    traces: list[str] = []
    answers, is_told = 0, False
    for address, name in names.values():
        for path, text in _visit(target, stage, address):
            answers += 1
            if name.lower() in text.lower():
                traces.append(f"{path} shows it")
        is_told |= _is_told(target, stage, address)
    return Visited(answers, tuple(traces), is_told)


def _is_told(target: Target, stage: Stage, address: str) -> bool:
    """Whether what is proposed to somebody from there differs from what is proposed to somebody from nowhere."""
    try:
        path = next(paths(target.policy, trial_form(target.policy)))
    except CouldNotLook:
        return False
    chooses = geolocation_of(target).chooses
    names = [name for name in ("currency", "place") if name in chooses]
    there, nowhere = (opened(stage, path, one)[1] for one in (address, ""))
    return any(offered(there, name).proposed != offered(nowhere, name).proposed for name in names)


def _visit(target: Target, stage: Stage, address: str) -> Iterator[tuple[str, str]]:
    """Everything somebody can do from there; gives each path with all that its answer held."""
    person = Person(stage.url, {FORWARDED: address})
    for page in pages_on(stage).pages:
        fetched = person.get(page.path)
        yield page.path, fetched.text + repr(fetched.headers)
    yield NOWHERE, person.get(NOWHERE).text
    with suppress(CouldNotLook):
        answered = answer(person, pages_on(stage).one(CHOICES), "accept")
        yield answered.path, answered.text + repr(answered.headers)
    person.hit(pages_on(stage).one("home"))
    for id_ in target.policy.forms:
        if target.policy.forms[id_].kind is None:
            continue
        path = next(paths(target.policy, id_))
        with suppress(CouldNotLook):
            yield path, _send(target, person, path, id_)
    yield "the jar", " ".join(kept.value for kept in person.jar.values())


def _send(target: Target, person: Person, path: str, id_: str) -> str:
    page, words = person.get(path), f"probe-{secrets.token_hex(6)}"
    data = {name: f"{words}@example.org" if name == "email" else words for name in target.policy.forms[id_].all_asked}
    sent = person.submit(page, filled(page, **data))
    return page.text + sent.text + repr(sent.headers)


def _search(stage: Stage) -> tuple[int, int, tuple[str, ...]]:
    """Look for the made-up names in every file but the table's own. Raises CouldNotLook where there is too much."""
    names = [name for _, name in made_up(stage.folder).values()]
    spelt = [(how, one) for name in names for how, one in spellings(name)]
    files, size, found = 0, 0, set[str]()
    for path in sorted(stage.folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or is_table(path):
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # a temporary file that has gone meanwhile
        files, size = files + 1, size + len(content)
        if size > _MOST_BYTES:
            raise CouldNotLook("the scratch instance wrote more than can be searched")
        found |= {f"{path.name}: {how}" for how, one in spelt if one in content}
    return files, size, tuple(sorted(found))


def spellings(name: str) -> Iterator[tuple[str, bytes]]:
    """How a name may stand in a file: in three cases of letters, and in the ways that mail and databases encode."""
    for how, text in (("in full", name), ("in small letters", name.lower()), ("with a capital", name.capitalize())):
        yield how, text.encode()
        yield f"{how}, as UTF-16", text.encode("utf-16-le")
        yield f"{how}, as hexadecimal digits", text.encode().hex().encode()
        # Three ways to lie in base64, by what stands before it; ends that its neighbours change are left out.
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + text.encode()).rstrip(b"=")
            yield f"{how}, in base64", coded[before + 1 : -2]


def _writing(how: str) -> Plant:
    """A file in the instance's folder in which a made-up name stands, spelt so, for as long as the look takes."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        stage = stage_of(target)
        name = next(iter(made_up(stage.folder).values()))[1]
        spelt = next(one for said, one in spellings(name) if said == how)
        with _written(stage.folder / "tmp" / "planted-country", spelt):
            yield target

    return plant


@contextmanager
def _written(file: Path, content: bytes) -> Iterator[None]:
    file.write_bytes(b"country=" + content + b";")
    try:
        yield
    finally:
        file.unlink()


PROOF = Proof(
    "geo.not-stored",
    check,
    _writing("in full"),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(
        _writing("in small letters"),
        _writing("in full, as UTF-16"),
        _writing("in full, in base64"),
        _writing("in full, as hexadecimal digits"),
    ),
)
