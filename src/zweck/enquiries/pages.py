"""The page of an enquiry for whoever asked: what was written on both sides, and a field to write more."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from zweck.doors import Ask, Input, NoTokenPage, PageContent, Part, Press, Visit
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.enquiries import answering, asking, threads
from zweck.enquiries.errors import NothingSaid, NoThread, NotTaken
from zweck.enquiries.models import Thread
from zweck.enquiries.threads import FILE, LONGEST, PERSON, TEXT
from zweck.enquiries.values import Opened, Shown
from zweck.policy.words import Words, words
from zweck.vault.errors import NotPermitted, PaymentData

SAY = "say"


def look(visit: Visit) -> PageContent:
    """The page as it is. Raises NoTokenPage."""
    thread, edition = _found(visit)
    return _page(thread, edition, visit, "")


def press(visit: Visit, pressed: Press) -> PageContent:
    """Take a further message. Raises NoTokenPage."""
    thread, edition = _found(visit)
    typed = pressed.fields.get(TEXT, "")
    said = words(visit.language)
    if pressed.action != SAY:
        raise NoTokenPage
    try:
        left = asking.again(thread, typed[:LONGEST], pressed.files, visit.now)
    except NothingSaid:
        return _page(thread, edition, visit, said.say("enquiry.page.nothing"), typed)
    except PaymentData:
        return _page(thread, edition, visit, said.say("enquiry.page.payment"), typed)
    except NotTaken:
        return _page(thread, edition, visit, said.say("enquiry.page.not_taken"), typed)
    except NoThread:
        raise NoTokenPage(is_over=True) from None
    return PageContent(
        title=said.say("enquiry.page.done_title"),
        lede=said.say("enquiry.page.done"),
        parts=(Part(says=(said.say("enquiry.page.left_out", n=left),)),) if left else (),
        links=((said.say("enquiry.page.back"), f"/z/enquiry/{visit.token}"),),
        done=True,
    )


def _found(visit: Visit) -> tuple[Thread, Edition]:
    thread = threads.by_tag("page", visit.token, visit.now)
    if thread is None or thread.site != visit.site:
        raise NoTokenPage
    return thread, editions.current(thread.site)


def _page(thread: Thread, edition: Edition, visit: Visit, wrong: str, typed: str = "") -> PageContent:
    said = words(visit.language)
    try:
        opened = answering.opened(thread, edition.policy, PERSON, visit.now)
    except NotPermitted:  # its grant has ended, and nobody has swept yet
        raise NoTokenPage(is_over=True) from None
    field = Input(
        name=TEXT,
        label=said.say("enquiry.page.message"),
        kind="lines",
        why=said.say("enquiry.page.why"),
        value=typed,
        must=True,
        wrong=wrong,
        longest=LONGEST,
    )
    inputs = (field, _file(said)) if _takes_files(thread, edition) else (field,)
    ask = Ask(buttons=((SAY, said.say("enquiry.page.send")),), inputs=inputs, heading=said.say("enquiry.page.more"))
    return PageContent(
        title=said.say("enquiry.page.title"),
        lede=said.say(f"enquiry.page.state.{opened.listed.state}"),
        parts=(_told(opened, edition, said),),
        asks=(ask,),
        status=422 if wrong else 200,
    )


def _takes_files(thread: Thread, edition: Edition) -> bool:
    purpose = edition.policy.purposes.get(thread.purpose)
    return purpose is not None and FILE in purpose.data


def _file(said: Words) -> Input:
    return Input(name=FILE, label=said.say("enquiry.page.file"), kind="file", why=said.say("enquiry.page.file_why"))


def _told(opened: Opened, edition: Edition, said: Words) -> Part:
    zone = ZoneInfo(edition.policy.time_zone)
    until = opened.listed.until
    ends = (said.say("enquiry.page.until", date=said.date(until.astimezone(zone).date())),) if until else ()
    return Part(
        heading=said.say("enquiry.page.thread"),
        says=ends,
        wrote=tuple((_head(one, edition, said, zone), one.said) for one in opened.messages),
    )


def _head(one: Shown, edition: Edition, said: Words, zone: ZoneInfo) -> str:
    who = said.say("enquiry.page.you") if one.by == PERSON else edition.policy.name
    files = [said.say("enquiry.page.files", n=len(one.files))] if one.files else []
    return " · ".join([who, moment(one.at, said, zone), *files])


def moment(at: datetime, said: Words, zone: ZoneInfo) -> str:
    """A moment as people say it, there."""
    there = at.astimezone(UTC).astimezone(zone)
    return f"{said.date(there.date())}, {there:%H:%M}"
