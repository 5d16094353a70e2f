"""form.only-for: what somebody enters in a form is kept for that form's purpose, where it may rest, and nowhere else.

A canary is sent through each form of the purpose on a scratch instance, and by mail where mails are its enquiries. Then
every byte the instance wrote is read: the canary may stand in no file, since values are kept only under their purpose's
key. And what the vault keeps anew must be this purpose's, in one of its places, field by field as the form asks.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import islice
from urllib.parse import urlencode

from zweck.policy.model import Policy
from zweck.policy.reading.forms import path_of, served
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.drill import canary, sql
from zweck.proof.drill.asking import pages_on
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.instance import command
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, at, stage_of

_ENOUGH = 6
_SLIP = "slip"
_WORDS_OF_A_MAIL = 5
_BROUGHT = frozenset({"email", "name", "message"})  # by a mail
Kept = frozenset[tuple[str, str, str, str]]  # database, entry, field, purpose


@dataclass(frozen=True, slots=True)
class Sent:
    """Canaries that were sent for a purpose, a mail's last. `asked`: the data that its forms ask for or mails bring."""

    words: tuple[str, ...]
    asked: frozenset[str]
    forms: tuple[str, ...]
    before: Kept


def check(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """Send, then read every byte, and every row that came."""
    stage, purpose = stage_of(target), sentence.parameter
    sent = stage.once(f"canary for {purpose}", lambda: _send(target.policy, stage, purpose))
    wanted = [spelling for word in sent.words for spelling in canary.spellings(word)]
    searched = canary.search(stage.folder, wanted)
    came = _kept(stage) - sent.before
    if not came:
        raise CouldNotLook("the form was taken, and nothing came of it in the vault")
    astray = tuple(islice(_astray(target.policy, purpose, sent, came), _ENOUGH))
    trouble = (*searched.found[:_ENOUGH], *astray)
    figures: dict[str, Figure] = {
        "forms": list(sent.forms),
        "files": searched.files,
        "bytes": searched.bytes,
        "spellings": len(canary.spellings(sent.words[0])),
        "values": len(came),
    }
    return Finding(not trouble, "every byte a scratch instance wrote, after its forms were sent", figures, trouble)


def _send(policy: Policy, stage: Stage, purpose: str) -> Sent:
    """Send each form of the purpose once, and a mail. Raises CouldNotLook where there is none, or one is not taken."""
    before, found, asked, forms = _kept(stage), list[str](), set[str](), list[str]()
    listed = {page.path for page in pages_on(stage).pages}
    for id_, form in served(policy).items():
        path = path_of(policy, id_, policy.languages[0])
        if form.purpose != purpose or path not in listed:
            continue
        data = {datum: canary.new() for datum in form.all_asked}
        found += data.values()
        asked |= data.keys()
        forms.append(path)
        _fill_in(stage, path, {datum: _typed(datum, word) for datum, word in data.items()})
    if not forms:
        raise CouldNotLook("the service has no form for this purpose")
    mail = policy.systems.mail
    if mail and mail.mailbox and mail.enquiries == purpose:
        words = [canary.new() for _ in range(_WORDS_OF_A_MAIL)]
        command(stage.folder, "mail", "take", "--to", mail.mailbox, given=_mail(words, mail.mailbox))
        found += words
        asked |= _BROUGHT & {*policy.purposes[purpose].data}
        forms.append(mail.mailbox)
    return Sent(tuple(found), frozenset(asked), tuple(forms), before)


def _mail(words: Sequence[str], to: str) -> str:
    """A mail with a word of its own in each part that says something."""
    address, name, subject, own, text = words
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = Address(name, address, "example.org"), to
    mail["Subject"], mail["Message-ID"] = f"About {subject}", f"<{own}@mail.example.org>"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail.set_content(f"Good day,\n\nis there anything about {text}?\n")
    return mail.as_string()


def _typed(datum: str, word: str) -> str:
    return f"{word}@example.org" if datum == "email" else word


def _fill_in(stage: Stage, path: str, data: dict[str, str]) -> None:
    """Do what a person does. Raises CouldNotLook where the form is not taken."""
    person = Person(stage.url)
    page = person.get(path)
    button = next((one for one in buttons_of(page.text) if _SLIP in dict(one.fields)), None)
    if button is None:
        raise CouldNotLook(f"{path}: no form to send was found")
    fields = {**dict(button.fields), **data}
    answer = person.press(page, Button(button.text, button.action, button.method, tuple(fields.items())))
    if answer.status != 200 or any(_SLIP in dict(one.fields) for one in buttons_of(answer.text)):
        raise CouldNotLook(f"{path}: the form was not taken ({answer.status})")


def _kept(stage: Stage) -> Kept:
    return frozenset((alias, *row) for alias, file in stage.databases.items() for row in sql.values_kept(file))


def _astray(policy: Policy, purpose: str, sent: Sent, came: Kept) -> Iterator[str]:
    """What came and should not be there, or not there."""
    places = policy.purposes[purpose].places
    for alias, _entry, field, whose in sorted(came):
        if whose != purpose:
            yield f"{field} is kept for {whose}"
        if field not in sent.asked:
            yield f"{field} is kept, and the form does not ask for it"
        if alias != "default" and alias not in places:
            yield f"{field} rests in {alias}"


def _writing(write: Callable[[str], bytes], where: str) -> Plant:
    """A plant: the canary stands in one more file, written in some way."""

    @contextmanager
    def plant(target: Target, sentence: Sentence) -> Iterator[Target]:
        stage, purpose = stage_of(target), sentence.parameter
        sent = stage.once(f"canary for {purpose}", lambda: _send(target.policy, stage, purpose))
        file = stage.folder / where
        file.write_bytes(write(sent.words[-1]))
        try:
            yield target
        finally:
            file.unlink()

    return plant


def _logged(word: str) -> bytes:
    return f"2026-11-29 09:41:00 info site: sent by {word}\n".encode()


def _mailed(word: str) -> bytes:
    """As it would stand in a mail: in base64, somewhere in a line, the lines broken."""
    whole = b64encode(f"Dear {word}, thank you for writing.".encode())
    return b"\r\n".join(whole[start : start + 24] for start in range(0, len(whole), 24))


def _quoted(word: str) -> bytes:
    half = len(word) // 2
    return f"Subject: {word[:half]}=\r\n{word[half:]}".encode()


def _posted(word: str) -> bytes:
    return urlencode({"name": word.upper()}).encode()


@contextmanager
def plant_other_purpose(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A vault that keeps what was entered for another purpose."""
    stage, purpose = stage_of(target), sentence.parameter
    stage.once(f"canary for {purpose}", lambda: _send(target.policy, stage, purpose))
    with ExitStack() as copies:
        found = {
            alias: copies.enter_context(sql.copied_with(file, sql.OTHER_PURPOSE))
            for alias, file in stage.databases.items()
        }
        yield at(target, replace(stage, databases=found))


@contextmanager
def stage(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The same instance, with nothing planted."""
    yield at(target, stage_of(target))


PROOF = Proof(
    "form.only-for",
    check,
    _writing(_logged, "planted.log"),
    Reach.HOST,
    quick=False,
    needs=("http", "drill"),
    more_plants=(
        _writing(_mailed, "planted.eml"),
        _writing(_quoted, "planted.txt"),
        _writing(_posted, "planted"),
        _writing(lambda word: word.encode("utf-16-le"), "planted.bin"),
        _writing(lambda word: b64encode(word.encode("utf-16-le")), "planted.b64"),
        plant_other_purpose,
    ),
    stage=stage,
)
