"""consent.on-record: each answer can be shown with its text, and the receipt of one is judged as anybody would."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from zweck.consent import acts as consent
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.drill import sql
from zweck.proof.drill.asking import CHOICES, button_for, pages_on
from zweck.proof.drill.forms import links_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched

_ENOUGH = 6
_MOST = 2_000
_PATIENCE_SECONDS = 60
_RECEIPT = "/z/receipt/"


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every text that was answered here is archived under its hash, the newest records are as the ledger has them.

    A receipt of a choice made on the drill is judged by `zweck verify`, which knows nothing of this installation.
    """
    using = target.place.get("records", "default")
    if target.policy.site == "" or not isinstance(using, str):
        raise CouldNotLook("no database of records was given to look at")
    found = consent.look_over(target.policy.site, using, _MOST)
    trouble = found.trouble[:_ENOUGH] or tuple(islice(_receipt(target), _ENOUGH))
    figures: dict[str, Figure] = {"records": found.records, "compared": found.compared, "texts_answered": found.texts}
    seen = "the records of choices here against archive and ledger; a receipt from a scratch instance, verified"
    return Finding(not trouble, seen, figures, trouble)


def _receipt(target: Target) -> Iterator[str]:
    stage = stage_of(target)
    path = pages_on(stage).one(CHOICES)
    person = Person(stage.url)
    page = person.get(path)
    button = button_for(page.text, "accept")
    if button is None:
        raise CouldNotLook(f"{path} offers nothing to agree to")
    after = person.press(page, button)
    href = next((href for _, href in links_of(after.text) if href.startswith(_RECEIPT)), "")
    if not href:
        # Told nowhere, found by its number: the newest record is that of the choice just made.
        href = f"{_RECEIPT}{sql.newest(stage.database, 'consent_record', 'number')}.json"
    answer = person.get(href)
    if answer.status != 200:
        yield f"the receipt of a choice is answered {answer.status}"
        return
    yield from _judged(answer.body)
    stranger = Person(stage.url).get(href)
    if stranger.status == 200:
        yield "the receipt is given to somebody else as well"


def _judged(receipt: bytes) -> Iterator[str]:
    """What `zweck verify` says of it, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="zweck-receipt-") as folder:
        file = Path(folder) / "receipt.json"
        file.write_bytes(receipt)
        command = [sys.executable, "-P", "-c", _VERIFY, str(file)]
        try:
            ended = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise CouldNotLook("`zweck verify` did not end in time") from None
    if ended.returncode != 0:
        said = (ended.stdout or ended.stderr).decode("utf-8", "replace").strip().splitlines()
        yield f"`zweck verify` refuses the receipt: {said[-1] if said else ended.returncode}"


_VERIFY = "import sys; from zweck.ledger.verify import main; sys.exit(main(sys.argv[1:]))"


def _tampering(statement: str) -> Plant:
    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        stage = stage_of(target)
        person = Person(stage.url)
        path = pages_on(stage).one(CHOICES)
        for action in ("accept", "refuse"):
            page = person.get(path)
            button = button_for(page.text, action)
            if button is None:
                raise CouldNotLook(f"{path} offers no way to {action}")
            person.submit(page, button)
        with sql.tampered(stage.database, statement) as alias:
            yield replace(target, place={**target.place, "records": alias})

    return plant


def _forged(asked: Asked, answer: Fetched) -> Fetched:
    """A receipt that says something else than was signed."""
    if not asked.path.startswith(_RECEIPT):
        return answer
    return replace(answer, body=answer.body.replace(b'"accept"', b'"refuse"'))


PROOF = Proof(
    "consent.on-record",
    check,
    _tampering(sql.UNKNOWN_TEXT),
    Reach.HOST,
    quick=False,
    needs=("tables", "drill"),
    more_plants=(_tampering(sql.CHANGED_TEXT), _tampering(sql.CHANGED_RECORD), planted(reply=_forged)),
)
