"""mail.exempt: whoever wants no advertising still gets mail in their own matter, and no advertising in it.

On a scratch instance somebody leaves the list and then asks a question. The answer must come. And what it says must be
what its template says, line by line: any other line could be an advertisement.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Caught
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.policy.words import PARAMETER, words
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.mail.journey import travelled
from zweck.proof.drill import sql
from zweck.proof.drill.mails import Mail, altered, mails_to
from zweck.proof.markup import text_of

_ENOUGH = 6
_LINKED = re.compile(r"\[([^\]]+)\]\(\{[a-z0-9_]+\}\)")
_BLOCK = re.compile(r"</?(?:p|div|br|a|li|h\d)\b[^>]*>")
_ADDRESS = re.compile(r"^https?://\S+$")
_WAYS_OUT = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence")


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The reader is on the list of those who want nothing, the mail came, and there is nothing else in it."""
    stage, journey = travelled(target)
    mails = mails_to(target, stage, journey.address, journey.left_at)
    marked = sum(sql.count(file, "disclosure_suppression") for file in stage.databases.values())
    trouble = [] if marked else ["whoever left the list is not on record as wanting nothing"]
    trouble += [] if mails else ["who left the list gets no mail in their own matter any more"]
    for mail in mails:
        trouble += islice(_advertising(target.policy, mail), _ENOUGH)
    figures: dict[str, Figure] = {"mails": len(mails), "lines": sum(len(mail.text.splitlines()) for mail in mails)}
    seen = "the mails somebody got after leaving the list and asking a question, line by line"
    return Finding(not trouble, seen, figures, tuple(trouble[:_ENOUGH]))


def _advertising(policy: Policy, mail: Mail) -> Iterator[str]:
    for name in _WAYS_OUT:
        if mail.message[name]:
            yield f"it carries {name}, as advertising does"
    for fault in disclosure.faults_of(mail.data):
        yield f"it holds {fault}"
    known = _known(policy)
    body, _, _foot = mail.text.partition("\n-- \n")
    for line in filter(None, (line.strip() for line in body.splitlines())):
        if not _ADDRESS.match(line) and not any(one.fullmatch(line) for one in known):
            yield f"a line that no template has: {line[:60]!r}"
    written = " ".join(mail.text.split())
    for line in filter(None, (" ".join(line.split()) for line in _html_of(mail).splitlines())):
        if line not in written and line != policy.name:
            yield f"a line of its HTML that its text has not: {line[:60]!r}"
    if any(link.startswith(("/z/leave/", "/z/mine/")) for link in mail.links):
        yield "it offers to leave a list"


def _html_of(mail: Mail) -> str:
    """What its HTML says to a reader."""
    part = mail.message.get_body(("html",))
    html = str(part.get_content()) if part else ""
    return text_of(_BLOCK.sub("\n", html.partition("<body")[2].partition(">")[2]))


def _known(policy: Policy) -> list[re.Pattern[str]]:
    """Every line that a template of a person's own matter may say; parameters stand for one short stretch of text."""
    found: list[re.Pattern[str]] = []
    for language in policy.languages:
        texts = words(language).texts
        for key in texts:
            if key.startswith("mail.") and key.endswith(".text"):
                found += [_pattern(paragraph) for paragraph in texts[key] if not _is_all_parameter(paragraph)]
    return found


def _is_all_parameter(paragraph: str) -> bool:
    # A paragraph that is nothing but what somebody wrote, such as an answer, fits anything.
    return PARAMETER.fullmatch(paragraph.strip()) is not None


def _pattern(paragraph: str) -> re.Pattern[str]:
    if button := _LINKED.fullmatch(paragraph):
        paragraph = f"{button[1]}:"
    parts = PARAMETER.split(_LINKED.sub(r"\1 ({link})", paragraph))
    return re.compile("".join(re.escape(part) if at % 2 == 0 else ".{0,120}" for at, part in enumerate(parts)))


def _changed(old: bytes, new: bytes) -> Plant:
    """A plant: each mail with something else in it."""

    def alter(mail: Caught) -> Caught:
        if old not in mail.data:
            raise CouldNotLook("the mail has no place to plant in")
        return Caught(mail.number, mail.at, mail.sender, mail.to, mail.data.replace(old, new, 1))

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        yield altered(target, alter)

    return plant


@contextmanager
def _none_came(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A sender that holds the suppression list against every mail."""
    yield altered(target, lambda _mail: None)


PROOF = Proof(
    "mail.exempt",
    check,
    _none_came,
    Reach.HOST,
    quick=False,
    needs=("drill",),
    more_plants=(
        _changed(b"\r\n--=20\r\n", b"\r\nAnd now: everything at half price.\r\n\r\n--=20\r\n"),
        _changed(b"</body>", b"<p>And now: everything at half price.</p></body>"),
        _changed(b"MIME-Version", b"List-Unsubscribe: <https://example.com/>\r\nMIME-Version"),
        _changed(b"</body>", b'<img src=3D"https://example.net/p.gif"></body>'),
    ),
)
