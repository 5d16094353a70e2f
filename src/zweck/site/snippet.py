"""The snippet for the company's other sites: the built script with one site's question inlined, in one language."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from zweck.consent import acts as consent
from zweck.editions.values import Edition
from zweck.policy.model import Policy
from zweck.policy.reading.choices import answerable, asked, code
from zweck.policy.texts import say
from zweck.site import assets, facts
from zweck.site.frame import Look, change_label
from zweck.site.status import can_opt_out

PLACE = "ZWECK"  # the name in the built script that stands for the site's data
# What withdrawal reaches by script; the server ends the cookies it can see, whatever their kind.
BY_SCRIPT = frozenset({"cookie", "local-storage", "session-storage", "indexed-db", "cache"})
GA4 = re.compile(r"G-[A-Z0-9]{4,20}")
GA4_SOURCE = "https://www.googletagmanager.com/gtag/js"
LINKS = ("statement", "choices", "imprint")
KEPT = 64

Data = dict[str, object]


@dataclass(frozen=True, slots=True)
class Script:
    """One finished script. From `until` on its question bears another day's token."""

    body: bytes
    zipped: bytes
    tag: str
    until: datetime


_shelf: dict[tuple[str, int, str], Script] = {}


def data(look: Look) -> Data:
    """What the script is told of a site. `client/site.js` says what each entry means."""
    policy, language = look.edition.policy, look.here.language
    question = consent.question(look.edition, language, "snippet", look.now)
    measurement = policy.systems.measurement
    own = measurement if measurement and measurement.provider is None else None
    return {
        "language": language,
        "token": question.token,
        # An opt-out needs no text of ours to be understood, but a token of the layer that offers it.
        "out": consent.question(look.edition, language, "choices", look.now).token if can_opt_out(policy) else "",
        "domain": policy.scope.shared_domain or "",
        "title": look.words.say("page.ask.title"),
        "text": question.text,
        "purposes": list(_purposes(look)),
        "free": facts.unasked(policy),
        "stored": list(_stored(policy)),
        "signals": bool(measurement and measurement.honours_signals),
        "measures": (own and own.purpose) or "",
        "tag": _tag(policy),
        "links": [[look.words.say(f"page.nav.{page}"), look.to(page)] for page in LINKS],
        "say": _labels(look),
    }


def kept(edition: Edition, language: str, now: datetime) -> Script | None:
    """The finished script, unless it has to be made anew."""
    script = _shelf.get((edition.site, edition.number, language))
    return script if script is not None and now < script.until else None


def made(look: Look) -> Script:
    """The script of an edition in one language, with a token of today; made now if need be."""
    script = kept(look.edition, look.here.language, look.now)
    if script is None:
        script = _make(look)
        if len(_shelf) >= KEPT:
            _shelf.clear()
        _shelf[look.edition.site, look.edition.number, look.here.language] = script
    return script


def clear() -> None:
    """Forget all scripts; for tests, whose editions share their numbers."""
    _shelf.clear()


def _make(look: Look) -> Script:
    literal = json.dumps(data(look), ensure_ascii=False, separators=(",", ":"))
    before, _, after = assets.read("snippet.js").decode().partition(PLACE)
    body = f"{before}{literal}{after}".encode()
    midnight = look.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Script(body, gzip.compress(body, 9, mtime=0), sha256(body).hexdigest()[:24], midnight + timedelta(days=1))


def _purposes(look: Look) -> Iterator[Data]:
    policy = look.edition.policy
    asking = asked(policy)
    for told in facts.told(look, answerable(policy)):
        yield {
            "id": told.id,
            "key": code(policy.site, told.id),
            "mode": "ask" if told.id in asking else "opt-out",
            "name": told.name,
            "says": [f"{label}: {', '.join(values)}" for label, values in told.facts],
        }


def _stored(policy: Policy) -> Iterator[tuple[str, str, str]]:
    for technology in policy.technologies.values():
        if technology.kind in BY_SCRIPT and not technology.essential and not technology.http_only:
            yield technology.name, technology.kind, technology.purpose


def _tag(policy: Policy) -> Data | None:
    """Google Analytics 4, where it is what the policy declares; without a purpose nothing could allow it."""
    measurement = policy.systems.measurement
    if measurement is None or not (measurement.provider and measurement.purpose):
        return None
    if not GA4.fullmatch(measurement.tag_id or ""):
        return None
    return {"id": measurement.tag_id, "src": GA4_SOURCE, "purpose": measurement.purpose}


def _labels(look: Look) -> dict[str, str]:
    words, control = look.words, look.edition.policy.controls.opt_out
    keys = {
        "refuse": "page.ask.refuse",
        "accept": "page.ask.accept",
        "set": "page.ask.each",
        "choices": "page.choices.title",
        "save": "page.choices.save",
        "yes": "page.choices.yes",
        "no": "page.choices.no",
        "gpc": "page.ask.signal",
    }
    own = ("close", "held", "once", "always", "blocked", "elsewhere", "failed")
    labels = {name: words.say(key) for name, key in keys.items()} | {n: words.say(f"page.snippet.{n}") for n in own}
    labels["change"] = change_label(look)
    labels["out"] = say(control.labelled, words.language) if control else words.say("page.choices.opt_out")
    return labels
