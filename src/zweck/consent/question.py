"""What is asked: the lines as a page shows them, their hash, and the token that only a page of ours can bear. Pure."""

import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from django.utils.crypto import constant_time_compare, salted_hmac

from zweck.consent.choice import EPOCH
from zweck.consent.errors import NotShown
from zweck.consent.facts import Facts, facts
from zweck.consent.values import Layer, Question
from zweck.editions.values import Edition
from zweck.policy.model import Policy
from zweck.policy.reading.choices import ANSWER_DAYS
from zweck.policy.rules.lawbook import lawbook
from zweck.policy.texts import say
from zweck.policy.words import Words, words

TOKEN_DAYS = 30
_SALT = "zweck.consent.question"
_LAYERS: dict[Layer, str] = {"banner": "b", "choices": "c", "snippet": "s"}
_LETTERS: dict[str, Layer] = {letter: layer for layer, letter in _LAYERS.items()}
_TOKEN = re.compile(
    r"1\.(?P<day>\d{1,5})\.(?P<language>[a-z]{2,3})\.(?P<layer>[bcs])\.(?P<asks>(?:[A-Za-z0-9_-]{3}){0,9})"
    r"\.(?P<hash>[0-9a-f]{64})\.(?P<mac>[A-Za-z0-9_-]{27})"
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it is archived: canonical JSON, and its SHA-256 in hex."""

    sha256: str
    body: str
    lines: tuple[str, ...]


def ask(edition: Edition, language: str, layer: Layer, purposes: tuple[str, ...], now: datetime) -> Question:
    """The question about these purposes, with a token of today. Raises NotShown for a language the site lacks."""
    text = shown(edition, language, layer, purposes)
    codes = "".join(facts(edition.policy).codes[purpose] for purpose in purposes)
    signed = f"1.{_day(now)}.{language}.{_LAYERS[layer]}.{codes}.{text.sha256}"
    return Question(
        site=edition.site,
        edition=edition.number,
        language=language,
        layer=layer,
        asks=purposes,
        text=text.lines,
        text_sha256=text.sha256,
        token=f"{signed}.{_mac(edition.site, signed)}",
    )


def answered(edition: Edition, token: str, now: datetime) -> tuple[Question, Shown]:
    """The question a token belongs to, and its text. Raises NotShown, whatever is wrong with the token."""
    match = _TOKEN.fullmatch(token) if len(token) <= _LONGEST else None
    if match is None:
        raise NotShown("the answer carries no token; send the form of a page of this site as it is")
    if not constant_time_compare(match["mac"], _mac(edition.site, token.rpartition(".")[0])):
        raise NotShown("the token was not issued for this site; load the page anew")
    if not 0 <= _day(now) - int(match["day"]) <= TOKEN_DAYS:
        raise NotShown(f"the token is older than {TOKEN_DAYS} days; load the page anew")
    purposes = _purposes(facts(edition.policy), match["asks"])
    layer = _LETTERS[match["layer"]]
    text = shown(edition, match["language"], layer, purposes)
    if text.sha256 != match["hash"]:
        raise NotShown("the question has changed since the page was loaded; load it anew")
    asked = Question(
        edition.site, edition.number, match["language"], layer, purposes, text.lines, text.sha256, token
    )  # fmt: skip
    return asked, text


@lru_cache(maxsize=256)
def shown(edition: Edition, language: str, layer: Layer, purposes: tuple[str, ...]) -> Shown:
    """The text of a question, the same on every day of the edition. Raises NotShown for a language the site lacks."""
    policy = edition.policy
    if language not in policy.languages:
        raise NotShown(f"this site asks in {', '.join(policy.languages)}")
    lines = _lines(edition, words(language), layer, purposes)
    fields = {"site": edition.site, "language": language, "layer": layer, "asks": purposes, "text": lines}
    body = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Shown(sha256(body.encode()).hexdigest(), body, lines)


def _lines(edition: Edition, said: Words, layer: Layer, purposes: tuple[str, ...]) -> tuple[str, ...]:
    policy = edition.policy
    lines = []
    if purposes:
        names = [say(policy.purposes[purpose].name, said.language) for purpose in purposes]
        receiving = _receiving(policy, purposes)
        lines += [
            said.say("page.choice.question.may", n=len(purposes)),
            *(said.say("page.choice.question.purpose", purpose=name) for name in names),
            _recipients(said, len(receiving)),
            *_third_countries(edition, said, purposes, receiving),
            _lasts(policy, said),
        ]
    known = facts(policy)
    if layer == "choices" and known.measurement:
        lines.append(said.say("page.choice.question.opt_out", duration=said.duration(known.opt_out_days, "days")))
    return tuple(lines)


def _recipients(said: Words, count: int) -> str:
    if not count:
        return said.say("page.choice.question.nobody")
    return said.say("page.choice.question.recipients", n=count)


def _third_countries(
    edition: Edition, said: Words, purposes: tuple[str, ...], receiving: tuple[str, ...]
) -> tuple[str, ...]:
    """A line on the countries that offer no protection by law of their own; none where there are none."""
    policy, on = edition.policy, edition.activated_at.date()
    resting = (place for purpose in purposes for place in policy.purposes[purpose].places)
    codes = {policy.recipients[id_].country for id_ in receiving} | {policy.places[id_].country for id_ in resting}
    third = sorted(said.country(code) for code in codes if not lawbook().is_free(code, on))
    if not third:
        return ()
    text = said.say("page.choice.question.third_countries", n=len(third), countries=said.list(third))
    return (text,)


def _lasts(policy: Policy, said: Words) -> str:
    duration = said.duration(ANSWER_DAYS, "days")
    if policy.controls.change is None:
        return said.say("page.choice.question.lasts_plain", duration=duration)
    control = say(policy.controls.change.labelled, said.language)
    return said.say("page.choice.question.lasts", duration=duration, control=control)


def _receiving(policy: Policy, purposes: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of all who receive something for these purposes, each once."""
    found = [id_ for purpose in purposes for id_ in policy.purposes[purpose].recipients]
    found += [t.provider for t in policy.technologies.values() if t.provider and t.purpose in purposes]
    measurement = policy.systems.measurement
    if measurement and measurement.provider and measurement.purpose in purposes:
        found.append(measurement.provider)
    return tuple(dict.fromkeys(found))


def _purposes(known: Facts, codes: str) -> tuple[str, ...]:
    """The purposes a token asks about. Raises NotShown when the policy no longer asks about one."""
    named = [known.purposes.get(codes[at : at + 3]) for at in range(0, len(codes), 3)]
    found = tuple(purpose for purpose in named if purpose in known.asked)
    if len(found) != len(named):
        raise NotShown("the question has changed since the page was loaded; load it anew")
    return found


def _day(now: datetime) -> int:
    return (now.astimezone(UTC) - EPOCH).days


def _mac(site: str, signed: str) -> str:
    digest = salted_hmac(_SALT, f"{site}\n{signed}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:20]).decode().rstrip("=")
