"""What people do with a marketing list of a drill, once for each service that is looked at.

Five addresses: one joins and stays; one joins and leaves while a campaign waits; one joins and is taken off by staff
meanwhile; one is typed in, and only a link scanner opens its mail; one is on trial, where the site offers trials.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from zweck.policy.model import Policy
from zweck.policy.reading.forms import served
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.drill import sql
from zweck.proof.drill.desk import desk
from zweck.proof.drill.mails import Mail, fill_in, follow, mails_to, pressed, waited_for
from zweck.proof.drill.stage import Stage, stage_of
from zweck.proof.drill.through import Asked, send
from zweck.proof.pages import Fetched

_AHEAD = timedelta(seconds=6)  # the campaign waits this long, so that people can leave before it
_FORM = (("content-type", "application/x-www-form-urlencoded"),)
_PREFETCH = (("purpose", "prefetch"), ("sec-purpose", "prefetch"))
ONE_CLICK = b"List-Unsubscribe=One-Click"


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of it. Addresses, the campaign's subject, and what was seen on the way.

    `scanned_joined`: how many joined by the scanner's looks. `after`: the number of the last mail before the campaign.
    `left_by_looking`: how many left by looks at the campaign's links; `one_click`: the status of a mail program's POST,
    and how many left by it. `taken_off`: the status of the staff's press. `reused`: of a test to who had left.
    """

    stays: str
    leaves: str
    is_taken_off: str
    scanned: str
    on_trial: str
    subject: str
    scanned_joined: int
    after: int
    left_by_looking: int
    one_click: tuple[int, int]
    taken_off: int
    reused: int
    seconds: float


def listed(target: Target) -> tuple[Stage, Listed]:
    """The service that is looked at, and the one journey made on it. Raises CouldNotLook."""
    stage = stage_of(target)
    plain = Target(target.policy, target.base_url, target.origin, {})  # mails are altered in what is looked at
    return stage, stage.once("list journey", lambda: _go(target.policy, plain, stage))


def campaign_mails(target: Target, stage: Stage, found: Listed, address: str) -> tuple[Mail, ...]:
    """The mails of the campaign that an address got."""
    mails = mails_to(target, stage, address, found.after)
    return tuple(mail for mail in mails if mail.message["Subject"] == found.subject)


def consents(stage: Stage) -> int:
    """How many consents are on record."""
    return sum(sql.count(file, "mailing_consent") for file in stage.databases.values())


def ends(stage: Stage) -> int:
    """How many consents have ended."""
    return sum(sql.count(file, "mailing_left") for file in stage.databases.values())


def _go(policy: Policy, target: Target, stage: Stage) -> Listed:
    stays, leaves, off, scanned = (_address() for _ in range(4))
    mails = {one: _typed_in(policy, target, stage, one) for one in (stays, leaves, off, scanned)}
    before = consents(stage)
    scan(stage, mails[scanned])
    joined = consents(stage) - before
    purpose = policy.systems.mail.marketing if policy.systems.mail else None
    for one in (stays, leaves, off):
        person, page = follow(stage, mails[one], "confirm")
        pressed(person, page, "confirm")
    on_trial = _on_trial(policy, target, stage)
    writer, subject = desk(stage, str(purpose)), f"News {secrets.token_hex(4)}"
    last = mails_to(target, stage)[-1].number
    # A first campaign brings the mail with the ways out; the second waits while people leave.
    writer.wait(writer.schedule(policy, f"First {subject}", ""))
    first = _only(waited_for(target, stage, leaves, last))
    left_by_looking = _looked(stage, first)
    queued = mails_to(target, stage)[-1].number
    at = (datetime.now(UTC) + _AHEAD).astimezone(ZoneInfo(policy.time_zone))
    path = writer.schedule(policy, subject, f"{at:%Y-%m-%dT%H:%M:%S}")
    began, was = time.monotonic(), ends(stage)
    status = _post(stage, _link(first, "leave"), ONE_CLICK).status
    left = ends(stage) - was
    seconds = time.monotonic() - began
    taken_off = writer.take_off(off)
    reused = writer.test(policy, leaves)
    writer.wait(path)
    waited_for(target, stage, stays, queued)
    return Listed(
        stays, leaves, off, scanned, on_trial, subject, joined, queued, left_by_looking, (status, left), taken_off,
        reused, seconds,
    )  # fmt: skip


def _typed_in(policy: Policy, target: Target, stage: Stage, address: str) -> Mail:
    fill_in(policy, stage, "newsletter", {"email": address})
    return _only(waited_for(target, stage, address))


def _on_trial(policy: Policy, target: Target, stage: Stage) -> str:
    """Somebody on trial who has confirmed it; empty where the site offers none."""
    if not any(form.kind == "trial" for form in served(policy).values()):
        return ""
    address = _address()
    fill_in(policy, stage, "trial", {"email": address})
    mail = _only(waited_for(target, stage, address))
    person, page = follow(stage, mail, "trial")
    pressed(person, page, "confirm")
    return address


def scan(stage: Stage, mail: Mail) -> None:
    """Open every link of a mail as scanners and prefetching programs do."""
    for link in mail.links:
        if link.startswith("/z/"):
            for method, headers in (("GET", ()), ("HEAD", ()), ("GET", _PREFETCH), ("OPTIONS", ())):
                _send(stage, Asked(method, link, headers, b""))


def _looked(stage: Stage, mail: Mail) -> int:
    before = ends(stage)
    scan(stage, mail)
    return ends(stage) - before


def _post(stage: Stage, path: str, body: bytes) -> Fetched:
    """A POST as a mail provider's machine sends it: no cookie, no origin, no page it comes from."""
    return _send(stage, Asked("POST", path, _FORM, body))


def _send(stage: Stage, asked: Asked) -> Fetched:
    netloc = stage.url.partition("://")[2]
    try:
        return send(netloc, Asked(asked.method, asked.path, (("host", netloc), *asked.headers), asked.body))
    except OSError as lost:
        raise CouldNotLook(f"nothing answers ({type(lost).__name__})") from lost


def _link(mail: Mail, kind: str) -> str:
    """Where a mail leads. Raises CouldNotLook."""
    found = next((link for link in mail.links if link.startswith(f"/z/{kind}/")), None)
    if found is None:
        raise CouldNotLook(f"the campaign's mail has no link to {kind}")
    return found


def _only(mails: tuple[Mail, ...]) -> Mail:
    if not mails:
        raise CouldNotLook("a mail that was waited for did not come")
    return mails[0]


def _address() -> str:
    return f"{secrets.token_hex(8)}@example.org"
