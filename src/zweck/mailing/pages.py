"""The pages behind the links in our mails: confirm, leave, the settings of one's own, and the proof of a consent.

Looking changes nothing, whoever looks. A robot that presses every button of a page it is led to gets nobody onto a
list: the question has a *no* beside its *yes*, and the no wins, even after the yes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from zweck.doors import Ask, File, NoTokenPage, PageContent, Part, Press, TokenPage, Visit
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.mailing import answering, asking, keeping, leaving, permissions, proving, receipts
from zweck.mailing.asking import Wish
from zweck.mailing.models import Asked
from zweck.mailing.purposes import marketing
from zweck.mailing.values import How
from zweck.policy.reading.forms import path_of, served
from zweck.policy.texts import say
from zweck.policy.words import Words, words
from zweck.vault import acts as vault
from zweck.vault.values import Grant, Reading

PROOF_LINK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever came by a link of ours: what it leads to, and how to speak to them."""

    edition: Edition
    grant: Grant
    said: Words
    now: datetime

    def say(self, key: str, **params: object) -> str:
        """A text of these pages; `purpose` and `site` are always there."""
        usual: dict[str, object] = {"purpose": self.purpose(self.grant.purpose), "site": self.site}
        return self.said.say(f"mailing.{key}", **usual | params)

    @property
    def site(self) -> str:
        """The site's name."""
        return self.edition.policy.name

    def purpose(self, id_: str) -> str:
        """A purpose's name; its id where it is declared no longer."""
        known = self.edition.policy.purposes.get(id_)
        return say(known.name, self.said.language) if known else id_


def guest(kind: str, visit: Visit) -> Guest:
    """Who stands there. Raises BadToken, TokenExpired, and NoTokenPage for another site's link."""
    grant = vault.opened(kind, visit.token, visit.now)
    if grant.subject.site != visit.site:
        raise NoTokenPage
    return Guest(editions.current(visit.site), grant, words(visit.language), visit.now)


def look_confirm(visit: Visit) -> PageContent:
    """The question, once more, with its two answers."""
    who = guest("confirm", visit)
    if who.grant.state == "active":
        return _confirmed(who, is_done=False)
    if who.grant.state != "pending":
        raise NoTokenPage(is_over=True)
    asks = Ask(buttons=(("confirm", who.say("confirm.yes")), ("refuse", who.say("confirm.no"))))
    return PageContent(who.say("confirm.title"), who.say("confirm.lede"), asks=(asks,), parts=(_about(who),))


def press_confirm(visit: Visit, press: Press) -> PageContent:
    """Yes puts the address on the list; no forgets it, even after a yes."""
    who = guest("confirm", visit)
    if press.action == "confirm":
        asking.confirm(who.grant, who.now)
        who = guest("confirm", visit)
        if who.grant.state != "active":
            raise NoTokenPage(is_over=True)
        return _confirmed(who, is_done=True)
    if press.action != "refuse":
        raise NoTokenPage
    if not asking.refuse(who.grant, who.now):
        leaving.leave(who.edition.policy, who.grant, "page", leaving.BY_PERSON, who.now)
    return PageContent(who.say("refused.title"), who.say("refused.lede"), done=True)


def look_leave(visit: Visit) -> PageContent:
    """One button."""
    who = guest("leave", visit)
    if who.grant.state == "ended":
        return _gone(who, is_done=False)
    button = Ask(buttons=(("leave", who.say("leave.button")),))
    return PageContent(who.say("leave.title"), who.say("leave.lede"), asks=(button,), links=_own(who))


def press_leave(visit: Visit, press: Press) -> PageContent:
    """The button, or a mail program's one click."""
    who = guest("leave", visit)
    how: How = "one-click" if press.action == "one-click" else "page"
    leaving.leave(who.edition.policy, who.grant, how, leaving.BY_PERSON, who.now)
    return _gone(who, is_done=True)


def look_mine(visit: Visit) -> PageContent:
    """Every list of the site, how the visitor stands to it, and the proofs of their consents."""
    return _mine(guest("mine", visit), "")


def press_mine(visit: Visit, press: Press) -> PageContent:
    """Leave one list or all at once; joining one is asked by mail."""
    who = guest("mine", visit)
    action, _, purpose = press.action.partition("-")
    if action == "all":
        leaving.leave_all(who.edition.policy, who.grant, "page", who.now)
        return _mine(guest("mine", visit), who.say("mine.left_all"))
    if purpose not in marketing(who.edition.policy):
        raise NoTokenPage
    held = next((one for one in _held(who) if one.purpose == purpose), None)
    if action == "leave" and held:
        leaving.leave(who.edition.policy, held, "page", leaving.BY_PERSON, who.now)
        return _mine(guest("mine", visit), who.say("mine.left", purpose=who.purpose(purpose)))
    if action == "join" and who.grant.state == "active":
        _join(who, purpose)
        return _mine(guest("mine", visit), who.say("mine.asked", purpose=who.purpose(purpose)))
    raise NoTokenPage


def look_proof(visit: Visit) -> PageContent:
    """What is on record of a consent: one page, to be printed and kept."""
    who = guest("proof", visit)
    shown = keeping.proofs(who.grant.id, vault.database_of(who.grant.subject.place))
    if not shown:
        raise NoTokenPage(is_over=True)
    parts = tuple(part for proof in shown for part in proving.parts(proof, who.edition, who.said))
    asks = tuple(
        Ask(buttons=((f"receipt-{proof.number}", who.say("proof.receipt", n=proof.number)),)) for proof in shown
    )
    return PageContent(who.say("proof.title"), who.say("proof.lede"), parts=parts, asks=asks)


def press_proof(visit: Visit, press: Press) -> PageContent:
    """The signed receipt, as a file."""
    who = guest("proof", visit)
    using = vault.database_of(who.grant.subject.place)
    numbers = [proof.number for proof in keeping.proofs(who.grant.id, using)]
    wanted = next((number for number in numbers if press.action == f"receipt-{number}"), None)
    if wanted is None:
        raise NoTokenPage
    content = receipts.receipt(wanted, who.now, using)
    file = File(f"{who.edition.site}-consent-{wanted}.json", "application/json", content)
    return PageContent(who.say("proof.title"), file=file)


def _confirmed(who: Guest, *, is_done: bool) -> PageContent:
    links = (*_own(who), *_proof_link(who, who.grant))
    return PageContent(who.say("confirmed.title"), who.say("confirmed.lede"), links=links, done=is_done)


def _about(who: Guest) -> Part:
    return Part(says=(who.say("confirm.about"),))


def _gone(who: Guest, *, is_done: bool) -> PageContent:
    again = tuple(
        (who.say("leave.again"), path_of(who.edition.policy, id_, who.said.language))
        for id_, form in served(who.edition.policy).items()
        if form.purpose == who.grant.purpose
    )
    return PageContent(
        who.say("left.title"), who.say("left.lede"), links=(*again, *_proof_link(who, who.grant)), done=is_done
    )


def _own(who: Guest) -> tuple[tuple[str, str], ...]:
    return ((who.say("mine.link"), f"/z/mine/{vault.token('mine', who.grant, None)}"),)


def _proof_link(who: Guest, grant: Grant, label: str = "") -> Iterator[tuple[str, str]]:
    if keeping.proofs(grant.id, vault.database_of(grant.subject.place)):
        yield label or who.say("proof.link"), f"/z/proof/{vault.token('proof', grant, who.now + PROOF_LINK)}"


def _held(who: Guest) -> list[Grant]:
    """The newest grant for each list."""
    newest = {one.purpose: one for one in vault.grants_of(who.grant.subject)}
    return [newest[purpose] for purpose in marketing(who.edition.policy) if purpose in newest]


def _mine(who: Guest, told: str) -> PageContent:
    held = {one.purpose: one for one in _held(who)}
    asks, links = [], []
    for purpose in marketing(who.edition.policy):
        grant = held.get(purpose)
        asks.append(_standing(who, purpose, grant))
        if grant:
            links += list(_proof_link(who, grant, who.say("proof.link_of", purpose=who.purpose(purpose))))
    if sum(one.state in leaving.LIVING for one in held.values()) > 1:
        asks.append(Ask(buttons=(("all", who.say("mine.leave_all")),)))
    return PageContent(
        who.say("mine.title"), told or who.say("mine.lede"), asks=tuple(asks), links=tuple(links), done=bool(told)
    )


def _standing(who: Guest, purpose: str, grant: Grant | None) -> Ask:
    """A list, how the visitor stands to it, and the button that changes it."""
    name = who.purpose(purpose)
    if grant and grant.state in ("active", "restricted"):
        since = who.said.date(grant.since.date()) if grant.since else ""
        return Ask(((f"leave-{purpose}", who.say("mine.leave")),), heading=name, says=(who.say("mine.on", day=since),))
    if grant and grant.state == "pending":
        return Ask(((f"leave-{purpose}", who.say("mine.forget")),), heading=name, says=(who.say("mine.waiting"),))
    # Without a grant in force there is no address left to ask.
    if who.grant.state != "active":
        return Ask((), heading=name, says=(who.say("mine.off_form"),))
    return Ask(((f"join-{purpose}", who.say("mine.join")),), heading=name, says=(who.say("mine.off"),))


def _join(who: Guest, purpose: str) -> None:
    wish = Reading(who.grant.subject, who.grant.purpose, ("email",), leaving.BY_PERSON, "joining another list")
    asking.ask(
        Wish(
            edition=who.edition,
            purpose=purpose,
            email=vault.read(wish, who.now)["email"],
            place=who.grant.subject.place,
            language=who.said.language,
            form="",
            text_sha256=proving.archive(who.edition, who.said.language, (who.purpose(purpose), who.say("mine.join"))),
            subject=who.grant.subject,
        ),
        who.now,
    )


def look_answer(visit: Visit) -> PageContent:
    """The question about a new purpose, with its two answers, or the answer that was given."""
    who, asked = _asked(visit)
    if asked.answer:
        return _answered(who, asked, is_done=False)
    asks = Ask(buttons=(("yes", who.say("answer.yes")), ("no", who.say("answer.no"))))
    told = {"purpose": who.purpose(asked.purpose)}
    about = Part(says=(who.say("answer.about", **told),))
    return PageContent(who.say("answer.title"), who.say("answer.lede", **told), asks=(asks,), parts=(about,))


def press_answer(visit: Visit, press: Press) -> PageContent:
    """A no stays a no."""
    who, asked = _asked(visit)
    if press.action not in ("yes", "no"):
        raise NoTokenPage
    asked.answer = answering.answer(who.edition, who.grant, asked, press.action, who.now)
    if not asked.answer:
        raise NoTokenPage(is_over=True)
    return _answered(who, asked, is_done=True)


def _asked(visit: Visit) -> tuple[Guest, Asked]:
    found = permissions.answerable(visit.token, visit.now, visit.site)
    if found is None:
        raise NoTokenPage
    return Guest(editions.current(visit.site), found[0], words(visit.language), visit.now), found[1]


def _answered(who: Guest, asked: Asked, *, is_done: bool) -> PageContent:
    told = {"purpose": who.purpose(asked.purpose)}
    links = _own(who) if asked.answer == "yes" else ()
    title, lede = who.say(f"answer.{asked.answer}_title"), who.say(f"answer.{asked.answer}_lede", **told)
    # A yes can be taken back on the same page; a no has no button beside it.
    asks = (Ask(buttons=(("no", who.say("answer.no")),)),) if asked.answer == "yes" else ()
    return PageContent(title, lede, asks=asks, links=links, done=is_done)


PAGES = {
    "confirm": TokenPage(look_confirm, press_confirm),
    "leave": TokenPage(look_leave, press_leave),
    "mine": TokenPage(look_mine, press_mine),
    "proof": TokenPage(look_proof, press_proof),
    "answer": TokenPage(look_answer, press_answer),
}
