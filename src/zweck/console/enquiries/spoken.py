"""Enquiries in words: rows of a list, and one with its messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from zweck.console.enquiries.door import Desk, purpose_name, spoken
from zweck.console.models import Staff
from zweck.enquiries.values import Listed, Opened, Overview, Shown, Where
from zweck.policy.texts import say
from zweck.policy.words import Words, languages, words

Context = dict[str, object]
ENQUIRIES = "/staff/enquiries"
_KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG", "text/plain": "TXT"}
NOWHERE = "-"  # in an address, the place of a policy that names none
STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who puts enquiries into words: the language, and the desk they lie on."""

    words: Words
    desk: Desk

    def say(self, key: str, **params: object) -> str:
        """A text of these pages."""
        return self.words.say(f"staff.enquiries.{key}", **params)

    def moment(self, at: datetime) -> str:
        """A moment as a reader says it, where the site is."""
        there = at.astimezone(ZoneInfo(self.desk.edition.policy.time_zone))
        return f"{self.words.date(there.date())}, {there:%H:%M}"

    def day(self, at: datetime) -> str:
        """The day of a moment."""
        return self.words.date(at.astimezone(ZoneInfo(self.desk.edition.policy.time_zone)).date())

    def place(self, place: str) -> str:
        """A place as the policy calls it."""
        known = self.desk.edition.policy.places.get(place)
        return say(known.name, spoken(self.desk.edition, self.words.language)) if known else place

    def title(self, where: Where) -> str:
        """What an enquiry is called: its number, and its place where enquiries may rest in several."""
        policy = self.desk.edition.policy
        named = [policy.purposes[purpose].places or policy.places for purpose in self.desk.purposes]
        if len({place for places in named for place in places}) > 1:
            return self.say("number_there", n=where.number, place=self.place(where.place))
        return self.say("number", n=where.number)


def path_of(where: Where) -> str:
    """The address of an enquiry's page. It names nobody."""
    return f"{ENQUIRIES}/{where.place or NOWHERE}/{where.number}"


def overview(found: Overview, speaker: Speaker) -> Context:
    """A list of enquiries."""
    names = account_names([row.taken_by for row in found.rows])
    away = [speaker.place(place) or speaker.desk.edition.policy.name for place in found.unreachable]
    return {
        "rows": [_row(row, names, speaker) for row in found.rows],
        "away": speaker.say("unreachable", places=", ".join(away)) if away else "",
    }


def one(opened: Opened, speaker: Speaker) -> Context:
    """An enquiry with its messages."""
    listed = opened.listed
    names = account_names([listed.taken_by, *(message.by for message in opened.messages)])
    data = speaker.desk.edition.policy.data
    language = spoken(speaker.desk.edition, speaker.words.language)
    return {
        "row": _row(listed, names, speaker),
        "about": [(_label(say(data[name].name, language)), value) for name, value in opened.about.items() if value],
        "purpose": purpose_name(speaker.desk.edition, listed.purpose, speaker.words.language),
        "until": speaker.say("until_at", date=speaker.day(listed.until)) if listed.until else "",
        "messages": [_message(message, names, opened, speaker) for message in opened.messages],
        "last": opened.last,
        "is_mine": listed.taken_by == speaker.desk.by,
        "is_closed": listed.state == "closed",
    }


def _label(name: str) -> str:
    """A datum's name at the head of a line, which in a sentence begins with a small letter."""
    return name[:1].upper() + name[1:]


def account_names(accounts: Iterable[str]) -> dict[str, str]:
    """The names of the accounts that records name by their numbers."""
    numbers = {int(one.removeprefix(STAFF)) for one in accounts if one.startswith(STAFF)}
    return {f"{STAFF}{pk}": name for pk, name in Staff.objects.filter(pk__in=numbers).values_list("pk", "name")}


def _row(row: Listed, names: dict[str, str], speaker: Speaker) -> Context:
    if row.state == "open":
        state = speaker.say("waits", since=speaker.moment(row.said_at))
    elif row.state == "answered" and row.answered_at is not None:
        state = speaker.say("answered", at=speaker.moment(row.answered_at))
    else:
        state = speaker.say("closed")
    details: Sequence[str] = [
        speaker.say(f"by_{row.way}"),
        speaker.words.say("staff.enquiries.messages", n=row.messages),
        words(row.language).say("language.name") if row.language in languages() else row.language,
    ]
    taken = names.get(row.taken_by, "") if row.state == "open" else ""
    return {
        "href": path_of(row.where),
        "title": speaker.title(row.where),
        "state": state,
        "is_open": row.state == "open",
        "details": " · ".join(details),
        "taken": speaker.say("taken", name=taken) if taken else "",
    }


def _message(message: Shown, names: dict[str, str], opened: Opened, speaker: Speaker) -> Context:
    is_ours = message.by.startswith(STAFF)
    given = opened.about.get("name") or opened.about.get("email", "")
    who = names.get(message.by) or speaker.say("someone") if is_ours else given or speaker.say("person")
    notes = [speaker.say(f"by_{message.way}")] if not is_ours else []
    if message.is_elsewhere:
        notes.append(speaker.say("elsewhere"))
    if message.left_out:
        notes.append(speaker.words.say("staff.enquiries.left_out", n=message.left_out))
    if message.sent != "none":
        notes.append(speaker.say(f"sent_{message.sent}"))
    return {
        "who": who,
        "at": speaker.moment(message.at),
        "is_ours": is_ours,
        "said": message.said,
        "whole": message.text if message.has_more else "",
        "notes": " · ".join(notes),
        "failed": message.sent == "failed",
        "number": message.number,
        "files": [
            {
                "href": f"{path_of(opened.listed.where)}/file/{file.number}",
                "name": speaker.say("file", n=n, kind=_KINDS.get(file.kind, file.kind), size=-(-file.bytes // 1000)),
            }
            for n, file in enumerate(message.files, 1)
        ],
    }
