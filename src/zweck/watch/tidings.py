"""Tells the operator what an audit found new: one alert per look, however much changed. It names things, no person."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Alert
from zweck.editions.values import Edition
from zweck.eye.values import Finding
from zweck.policy.words import NoWords, Words, words
from zweck.watch.drift import as_json
from zweck.watch.values import COMPLETED, PastLook, Wanted

SHOWN = 10
_IN_PAYLOAD = 100


def tell_of(watched: int, wanted: Wanted, look: PastLook, speaker: Edition) -> int:
    """Put one alert about a look into the outbox, in the caller's transaction."""
    spoken = words(wanted.language)
    payload = {
        "audit": watched,
        "look": look.id,
        "url": wanted.url,
        "at": look.ended_at.isoformat(),
        "state": look.state,
        "why": look.why,
        "first": look.is_first,
        "counts": {"findings": look.count, "notes": look.notes, "new": len(look.new), "gone": len(look.gone)},
        "new": [as_json(finding) for finding in look.new[:_IN_PAYLOAD]],
        "gone": [as_json(finding) for finding in look.gone[:_IN_PAYLOAD]],
    }
    page = f"{speaker.policy.scope.origins[0]}/staff/audits/{watched}"
    lines = [
        spoken.say("watch.text.when", url=wanted.url, at=_moment(spoken, look.ended_at, speaker.policy.time_zone)),
        "",
        *summary(look, spoken, SHOWN),
        "",
        spoken.say("watch.text.page", address=f"{page}/{look.id}" if look.has_report else page),
        "",
    ]
    subject = headline(look, wanted.url, spoken)[:200]
    return disclosure.tell_operator(Alert(speaker.site, subject, "\n".join(lines), payload), look.ended_at)


def headline(look: PastLook, url: str, spoken: Words) -> str:
    """What a look came to, on one line."""
    host = urlsplit(url).netloc
    if look.state not in COMPLETED:
        return spoken.say(f"watch.subject.{look.state}", host=host)
    if look.is_first:
        return spoken.say("watch.subject.first", host=host, findings=spoken.say("watch.count.findings", n=look.count))
    return spoken.say("watch.subject.drift", host=host, changes=changes(look, spoken))


def changes(look: PastLook, spoken: Words) -> str:
    """How many findings came and went, in words; empty where none did."""
    counts = (("new", len(look.new)), ("gone", len(look.gone)))
    return spoken.list(spoken.say(f"watch.count.{kind}", n=n) for kind, n in counts if n)


def summary(look: PastLook, spoken: Words, shown: int) -> list[str]:
    """What a look came to, in lines; of each kind of change the first ones by name."""
    if look.state not in COMPLETED:
        return [spoken.say("watch.text.why", why=why(look.why, spoken)), spoken.say("watch.text.again")]
    lines: list[str] = []
    for kind, findings in (("new", look.new), ("gone", look.gone)):
        if findings:
            lines += [spoken.say(f"watch.text.{kind}", n=len(findings)), *_listed(spoken, findings, shown), ""]
    findings_said = spoken.say("watch.count.findings", n=look.count)
    notes = spoken.say("watch.count.notes", n=look.notes)
    lines.append(spoken.say("watch.text.all", findings=findings_said, notes=notes))
    if not look.is_whole:
        lines.append(spoken.say("watch.text.partly"))
    return lines


def name_of(finding: Finding, spoken: Words) -> str:
    """A finding on one line: its title where the language has one, else its code and what it is about."""
    key = f"audit.finding.{finding.code}.title"
    if spoken.has(key):
        try:
            title = spoken.say(key, **{**finding.params, "subject": finding.subject})
        except NoWords:  # a title with a parameter that this finding lacks
            pass
        else:
            return title if finding.subject in title else f"{title}: {finding.subject}"
    return spoken.say("watch.finding", code=finding.code, subject=finding.subject)


def why(reason: str, spoken: Words) -> str:
    """Why an audit could not look, in words where there are some."""
    key = f"watch.why.{reason}"
    return spoken.say(key) if spoken.has(key) else reason


def _listed(spoken: Words, findings: Sequence[Finding], shown: int) -> list[str]:
    lines = [f"- {name_of(finding, spoken)}" for finding in findings[:shown]]
    more = len(findings) - shown
    return [*lines, spoken.say("watch.text.more", n=more)] if more > 0 else lines


def _moment(spoken: Words, at: datetime, time_zone: str) -> str:
    there = at.astimezone(ZoneInfo(time_zone))
    return f"{spoken.date(there.date())}, {there:%H:%M}"
