"""What the command line prints of audits: a table, JSON, and the answer to an order."""

from datetime import UTC, datetime

from zweck.policy.words import words
from zweck.watch.orders import speaker
from zweck.watch.tidings import changes, why
from zweck.watch.values import COMPLETED, PastLook, Watched


def ordered(watched: Watched) -> str:
    """What an order came to, with the addresses under which its looks are found."""
    if watched.every == "off":
        return f"{watched.wanted.url} is no longer audited; its history stays for 400 days."
    when = "at once" if watched.due_at is None or watched.last is None else f"on {_moment(watched.due_at)}"
    held = {
        "statement": "the statement on the site itself, where one is found",
        "file": "the policy that you named",
        "edition": f"the edition in force of {watched.site}",
    }
    rows = (
        f"{watched.wanted.url} is audited {watched.every} while the service runs, next {when}.",
        f"  held against  {held[watched.against]}",
        f"  history       {page(watched)}",
        f"  feed          {feed(watched)}  (whoever has this address can read it)",
    )
    return "\n".join(rows)


def table(found: tuple[Watched, ...], now: datetime) -> str:
    """All audits, two lines each."""
    if not found:
        return "Nothing is scheduled. `zweck audit https://www.example.org/ --schedule daily` begins it."
    rows: list[str] = []
    for watched in found:
        rows += [watched.wanted.url, f"  {watched.every}{_next(watched, now)}; {_last(watched.last)}"]
    return "\n".join(rows)


def as_json(watched: Watched) -> dict[str, object]:
    """An audit as JSON values, times in ISO 8601."""
    last, wanted = watched.last, watched.wanted
    return {
        "audit": watched.id,
        "url": wanted.url,
        "every": watched.every,
        "pages": wanted.pages,
        "allow_private": wanted.allow_private,
        "language": wanted.language,
        "held_against": watched.against,
        "site": watched.site,
        "due_at": watched.due_at.isoformat() if watched.due_at else None,
        "history": page(watched),
        "feed": feed(watched),
        "last": last and _look(last),
    }


def page(watched: Watched) -> str:
    """The address of an audit's history, behind the log-in."""
    return f"{_origin(watched)}/staff/audits/{watched.id}"


def feed(watched: Watched) -> str:
    """The address of an audit's feed."""
    return f"{_origin(watched)}/staff/audits/feed/{watched.key}"


def _origin(watched: Watched) -> str:
    return speaker(watched.site).policy.scope.origins[0]


def _next(watched: Watched, now: datetime) -> str:
    if watched.is_looking:
        return ", being looked at"
    if watched.due_at is None:
        return ""
    return ", next at once" if watched.due_at <= now else f", next {_moment(watched.due_at)}"


def _look(last: PastLook) -> dict[str, object]:
    return {
        "look": last.id,
        "ended_at": last.ended_at.isoformat(),
        "state": last.state,
        "why": last.why,
        "findings": last.count,
        "notes": last.notes,
        "new": [finding.id for finding in last.new],
        "gone": [finding.id for finding in last.gone],
    }


def _last(last: PastLook | None) -> str:
    if last is None:
        return "not looked at yet"
    at, spoken = _moment(last.ended_at), words("en")
    if last.state not in COMPLETED:
        return f"could not look on {at}: {why(last.why, spoken)}"
    counts = f"{spoken.say('watch.count.findings', n=last.count)}, {spoken.say('watch.count.notes', n=last.notes)}"
    changed = changes(last, spoken)
    return f"{counts} on {at}{f'; {changed}' if changed else ''}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
