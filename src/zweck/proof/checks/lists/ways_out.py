"""mail.cancel: every campaign mail carries both ways out, and both work; looking at them changes nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from zweck.disclosure.values import Caught
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.lists.journey import ONE_CLICK, campaign_mails, listed
from zweck.proof.drill.mails import Mail, altered
from zweck.proof.drill.stage import planted
from zweck.proof.drill.through import Asked

_LINK = re.compile(r"<(https?://[^>]+)>")
_POST = "List-Unsubscribe=One-Click"


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The campaign's mails, and what came of looking at their links, and of a mail program's one click."""
    stage, told = listed(target)
    mails = campaign_mails(target, stage, told, told.stays)
    trouble = [] if mails else ["no mail of the campaign came"]
    trouble += [line for mail in mails for line in _lacks(mail, urlsplit(target.origin).netloc)]
    status, left = told.one_click
    if told.left_by_looking:
        trouble.append("who only looked at the link to leave was taken off the list")
    if status not in (200, 202) or left != 1:
        trouble.append(f"a mail program's one click does not take its reader off (answer {status})")
    figures: dict[str, Figure] = {"mails": len(mails), "one_click_answer": status}
    seen = "the mails of a campaign on a scratch instance, their links opened, and one click sent without a cookie"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _lacks(mail: Mail, host: str) -> Iterator[str]:
    """What a campaign's mail must have and has not."""
    header = "".join(str(mail.message["List-Unsubscribe"] or "").split())
    link = _LINK.search(header)
    if link is None or not _is_ours(link[1], host):
        yield "a campaign mail has no List-Unsubscribe that leads to us by https"
    if mail.message["List-Unsubscribe-Post"] != _POST:
        yield "a campaign mail has no List-Unsubscribe-Post for one click"
    if not any(one.startswith("/z/leave/") for one in mail.links):
        yield "a campaign mail has no link to leave in its text"
    part = mail.message.get_body(("html",))
    if part is None or "/z/leave/" not in str(part.get_content()):
        yield "a campaign mail has no link to leave in its HTML"


def _is_ours(link: str, host: str) -> bool:
    """Whether a link leads to us: by https, or to the scratch instance itself, which answers on loopback alone."""
    parts = urlsplit(link)
    return (parts.scheme, parts.netloc) == ("https", host) or parts.hostname == "127.0.0.1"


def _without(pattern: bytes, instead: bytes = b"") -> Plant:
    """A plant: each mail of the campaign without something."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        listed(target)

        def alter(mail: Caught) -> Caught:
            return Caught(mail.number, mail.at, mail.sender, mail.to, re.sub(pattern, instead, mail.data))

        yield altered(target, alter)

    return plant


def looks_leave(asked: Asked) -> Asked:
    """A service on which a look at the link takes its reader off."""
    if asked.method == "GET" and asked.path.startswith("/z/leave/"):
        form = (("content-type", "application/x-www-form-urlencoded"),)
        return Asked("POST", asked.path, (*asked.headers, *form), ONE_CLICK)
    return asked


def one_click_is_lost(asked: Asked) -> Asked:
    """A service that answers one click kindly and does nothing."""
    if asked.method == "POST" and asked.path.startswith("/z/leave/"):
        return Asked("GET", asked.path, asked.headers, b"")
    return asked


PROOF = Proof(
    "mail.cancel",
    check,
    _without(rb"List-Unsubscribe-Post:[^\r]*\r\n"),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(
        _without(rb"List-Unsubscribe: <https?://[^/]+", b"List-Unsubscribe: <https://www.example.net"),
        _without(rb"/z/leave/", b"/z/mine/"),
        planted(ask=looks_leave),
        planted(ask=one_click_is_lost),
    ),
)
