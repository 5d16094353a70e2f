"""mail.in-matter: every mail has a purpose that its reader permitted, and was on record before it left.

Two looks. On the live tables: what was disclosed by mail, against the grants and the ledger. On a scratch instance:
each mail that came, against the record of it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Caught
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.mail.journey import travelled
from zweck.proof.drill import sql
from zweck.proof.drill.mails import Mail, altered, mails_to
from zweck.vault import acts as vault

_ENOUGH = 6
_COPIES = "copies of the drill's databases"
_UNTOUCHED = "SELECT 1"


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every mail has its record, every record its permission."""
    stage, _journey = travelled(target)
    mails = mails_to(target, stage)
    with ExitStack() as copies:
        given = target.place.get(_COPIES)
        here = given if isinstance(given, tuple) else _copied(copies, target, _UNTOUCHED)
        trouble = [*_unrecorded(mails, here), *_astray((*here, *vault.databases()))]
    figures: dict[str, Figure] = {
        "mails": len(mails),
        "disclosures": sum(disclosure.count_mailed(using) for using in vault.databases()),
        "databases": list(vault.databases()),
    }
    seen = "every mail of a scratch instance against its record, and the live record against the permissions"
    return Finding(not trouble, seen, figures, tuple(trouble[:_ENOUGH]))


def _unrecorded(mails: tuple[Mail, ...], databases: tuple[str, ...]) -> Iterator[str]:
    for mail in mails:
        name = str(mail.message["Message-ID"] or "").strip("<>").rpartition("@")[0]
        if not any(disclosure.is_on_record(using, name) for using in databases):
            yield f"a mail with the subject {str(mail.message['Subject'])[:60]!r} is on no record"


def _astray(databases: tuple[str, ...]) -> Iterator[str]:
    for using in databases:
        for way, purpose, why in islice(disclosure.astray(using), _ENOUGH):
            yield f"a {way} for {purpose}: {why}"


def _copied(stack: ExitStack, target: Target, statement: str) -> tuple[str, ...]:
    stage, _journey = travelled(target)
    return tuple(stack.enter_context(sql.tampered(file, statement)) for file in stage.databases.values())


def _after(statement: str) -> Plant:
    """A plant: what somebody who owns the drill's databases did to them."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        with ExitStack() as copies:
            found = _copied(copies, target, statement)
            yield Target(target.policy, target.base_url, target.origin, {**target.place, _COPIES: found})

    return plant


@contextmanager
def _another_mail(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A mail that left past the record."""
    yield altered(target, lambda mail: _renamed(mail))


def _renamed(mail: Caught) -> Caught:
    data = mail.data.replace(b"Message-ID: <", b"Message-ID: <planted-", 1)
    return Caught(mail.number, mail.at, mail.sender, mail.to, data)


PROOF = Proof(
    "mail.in-matter",
    check,
    _after("UPDATE disclosure_disclosure SET purpose = 'planted' WHERE way = 'mail'"),
    Reach.PROCESS,
    quick=False,
    needs=("drill", "tables"),
    more_plants=(
        _after("UPDATE disclosure_disclosure SET subject = zeroblob(16) WHERE way = 'mail'"),
        _after("UPDATE disclosure_disclosure SET act = -1 WHERE way = 'mail'"),
        _another_mail,
    ),
)
