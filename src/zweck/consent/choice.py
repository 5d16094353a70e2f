"""The choice cookie, written and read: `1.<id><.code said day>…`, at most 100 bytes with its name.

The id is 8 random bytes in base64url. Each answer is a dot, the purpose's code (three characters), what was said (y, n,
o) and the day on which it no longer counts, in base 36, from 1 January 2026 on. The reader takes what it can: an answer
it cannot read was not given.
"""

import re
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from zweck.consent.facts import Facts
from zweck.consent.values import Answer, Choice, Said
from zweck.policy.reading.choices import ANSWER_DAYS, BROWSER_DAYS, COOKIE, MOST

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
ID_BYTES = 8
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS: dict[Said, str] = {"yes": "y", "no": "n", "out": "o"}
_SAID: dict[str, Said] = {letter: said for said, letter in _LETTERS.items()}
# The last sign holds four bits: others would be a second spelling of an id, which is none of ours.
_COOKIE = re.compile(rf"(?:^|[;,]) *{COOKIE}=\"?1\.([A-Za-z0-9_-]{{10}}[AEIMQUYcgkosw048])([^;, \"]*)")
_ANSWER = re.compile(r"\.([A-Za-z0-9_-]{3})([yno])([0-9a-z]{3})(?![A-Za-z0-9_-])")
_READ = 400  # of one value: four times what we write


def written(choice: Choice, facts: Facts) -> str:
    """The cookie's value; answers to purposes the policy no longer asks about are left out."""
    known = [(purpose, answer) for purpose, answer in choice.answers.items() if purpose in facts.codes][:MOST]
    answers = (f".{facts.codes[purpose]}{_LETTERS[answer.said]}{_day(answer.until)}" for purpose, answer in known)
    return f"1.{urlsafe_b64encode(choice.id).decode().rstrip('=')}{''.join(answers)}"


def found(cookies: str, facts: Facts) -> list[Choice]:
    """All choices a Cookie header holds, in its order; browsers put those of another domain beside ours."""
    if COOKIE not in cookies:
        return []
    return list(_read(cookies, facts))


def until(said: Said, now: datetime, facts: Facts) -> datetime:
    """When an answer given now ends: with its last day, the day of the answer not counted.

    That is how the Union counts periods (Regulation 1182/71, Art. 3); days are those of UTC.
    """
    days = facts.opt_out_days if said == "out" else ANSWER_DAYS
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    # A cookie is gone after 400 days to the second: an answer must not outlive it.
    return midnight + timedelta(days=min(days + 1, BROWSER_DAYS))


def _read(cookies: str, facts: Facts) -> Iterator[Choice]:
    for match in _COOKIE.finditer(cookies):
        answers: dict[str, Answer] = {}
        for name, letter, day in _ANSWER.findall(match[2][:_READ]):
            purpose = facts.purposes.get(name)
            if purpose is not None:
                answers[purpose] = _answer(letter, day)
        yield Choice(a2b_base64(match[1].replace("-", "+").replace("_", "/") + "="), answers)


@lru_cache(maxsize=1500)
def _answer(letter: str, day: str) -> Answer:
    """The other way round; a site meets some four hundred days."""
    return Answer(_SAID[letter], EPOCH + timedelta(days=int(day, 36)))


def _day(moment: datetime) -> str:
    """The day in three digits; what lies outside of them ends at their ends."""
    number = max(0, min((moment - EPOCH).days, 36**3 - 1))
    first, rest = divmod(number, 36 * 36)
    return _DIGITS[first] + _DIGITS[rest // 36] + _DIGITS[rest % 36]
