"""The small mark beside a sentence: an icon, a word, and at most one fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from zoneinfo import ZoneInfo

from zweck.policy.sentences import Sentence
from zweck.policy.words import Words
from zweck.promises.values import State
from zweck.proof.values import Mark

# Worst first but for the calm order of a tally: what is kept leads, what is not checkable ends.
SHOWN = (
    State.KEPT,
    State.ATTESTED,
    State.STATED,
    State.UNKNOWN,
    State.UNPROVED,
    State.LAPSED,
    State.BROKEN,
    State.AIM,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a page is made, and for which reader: the language and the site's time zone."""

    words: Words
    time_zone: str
    now: datetime

    def clock(self, moment: datetime) -> str:
        """The time alone for today, the day for anything else, with the year when it is another."""
        there = moment.astimezone(ZoneInfo(self.time_zone))
        today = self.now.astimezone(ZoneInfo(self.time_zone)).date()
        return f"{there:%H:%M}" if there.date() == today else self.day(there.date())

    def day(self, day: date) -> str:
        """A short day: "Di, 17. Nov.", or "31. März 2027" in another year."""
        today = self.now.astimezone(ZoneInfo(self.time_zone)).date()
        key = "page.day.short" if day.year == today.year else "page.day.with_year"
        return self.words.say(
            key,
            weekday=self.words.say(f"page.weekday.{day.isoweekday()}"),
            day=str(day.day),
            month=self.words.say(f"page.month.{day.month}"),
            year=str(day.year),
        )

    def local_day(self, moment: datetime) -> date:
        """The day a moment falls on, where the site is."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def full(self, moment: datetime) -> str:
        """Day and time, for the evidence page: "22. November 2026, 09:41 (Europe/Berlin)"."""
        there = moment.astimezone(ZoneInfo(self.time_zone))
        return f"{self.words.date(there.date())}, {there:%H:%M} ({self.time_zone})"


def state_of(sentence: Sentence, marks: Mapping[str, Mark]) -> State:
    """How a sentence stands. One nobody took stock of is *unproved*, never anything better."""
    mark = marks.get(sentence.promise)
    if mark is not None:
        return mark.state
    return State.AIM if sentence.nature == "aim" else State.UNPROVED


def says(sentence: Sentence, mark: Mark | None, moment: Moment) -> str:
    """The mark's text; the word for the state stands between asterisks."""
    state = state_of(sentence, {} if mark is None else {sentence.promise: mark})
    if mark is not None and mark.being_checked and state in (State.UNKNOWN, State.UNPROVED):
        return moment.words.say("page.mark.checking")
    why = _why(mark, moment) if state is State.UNKNOWN else ""
    return moment.words.say(f"page.mark.{state}", when=_when(state, sentence, mark, moment), why=why)


@cache
def icon(state: State, *, being_checked: bool = False) -> str:
    """The icon of a state, from the page's sprite; it says nothing that the words do not."""
    name = "checking" if being_checked and state in (State.UNKNOWN, State.UNPROVED) else state
    return f'<svg class="i" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>'


@lru_cache(maxsize=256)  # most sentences of a page bear the same few marks
def as_html(text: str) -> str:
    """A mark's text, escaped, with the state in bold."""
    before, star, rest = escape(text).partition("*")
    word, _, after = rest.partition("*")
    return f"{before}<b>{word}</b>{after}" if star else before


def _when(state: State, sentence: Sentence, mark: Mark | None, moment: Moment) -> str:
    if state is State.ATTESTED and sentence.until:
        return moment.day(date.fromisoformat(sentence.until))
    if mark is None:
        return ""
    if state.is_bad:
        begun = mark.since or (mark.evidence.checked_at if mark.evidence else None)
        return moment.clock(begun) if begun else ""
    if state is State.ATTESTED and mark.until:
        return moment.clock(mark.until)
    return moment.clock(mark.evidence.checked_at) if mark.evidence else ""


def _why(mark: Mark | None, moment: Moment) -> str:
    if mark is None or mark.evidence is None:
        return moment.words.say("page.why.never")
    aged = mark.evidence.state is not State.UNKNOWN
    return moment.words.say("page.why.old" if aged else "page.why.blind")
