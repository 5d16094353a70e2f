"""One step more, asked only of who sends very much, or fills what no human sees: a little work, or a little patience.

The work is altcha's (a number whose hash begins as told), found by a script of ours in a second or two. Without scripts
the form may be sent again after a pause. Both hang on one signed word; it lets one form through, once.
"""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

PAUSE = timedelta(seconds=20)
LASTS = timedelta(hours=1)
_LONGEST = 2_000
MOST = 60_000  # numbers to try; half of them on average
_SALT = "zweck.site.step"
_STEP = re.compile(r"1\.(?P<ready>\d{10})\.(?P<word>[A-Za-z0-9]{22})\.(?P<mac>[A-Za-z0-9+/]{27}=)")


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked. `word` comes back with the form; `challenge` is for the script, as altcha writes it."""

    word: str
    ready_at: datetime
    challenge: dict[str, str | int]

    @property
    def as_json(self) -> str:
        """The challenge as it stands in a page."""
        return json.dumps(self.challenge)


def new(site: str, form: str, now: datetime) -> Step:
    """A step for one sending."""
    ready_at = (now + PAUSE).replace(microsecond=0)
    signed = f"1.{int(ready_at.timestamp())}.{get_random_string(22)}"
    from altcha import v1  # noqa: PLC0415  (a tenth of a second; hardly anybody is asked)

    made = v1.create_challenge(
        v1.ChallengeOptions(
            max_number=MOST,
            hmac_key=_key(site),
            expires=now + LASTS,
            params={"step": signed.rpartition(".")[2], "form": form},
        )
    )
    return Step(f"{signed}.{_mac(site, form, signed)}", ready_at, made.to_dict())


def passed(site: str, form: str, word: str, solution: str, now: datetime) -> bytes | None:
    """The key under which this step is used up, if it was taken: worked for, or waited for. None where it was not."""
    match = _STEP.fullmatch(word)
    if match is None or not constant_time_compare(match["mac"], _mac(site, form, word.rpartition(".")[0])):
        return None
    ready_at = datetime.fromtimestamp(int(match["ready"]), UTC)
    is_in_time = now < ready_at + LASTS
    if not is_in_time or not (now >= ready_at or _is_solved(site, match["word"], solution)):
        return None
    return sha256(f"step\n{site}\n{match['word']}".encode()).digest()[:16]


def _is_solved(site: str, word: str, solution: str) -> bool:
    """Whether a script found the number that this very step asks for."""
    if not solution or len(solution) > _LONGEST:
        return False
    from altcha import v1  # noqa: PLC0415  (see `new`)

    try:
        found = json.loads(b64decode(solution))
        is_right, _why = v1.verify_solution(found, _key(site), check_expires=True)
        return is_right and v1.extract_params(found).get("step") == [word]
    except (TypeError, ValueError, AttributeError, LookupError):  # anything may stand in it
        return False


def _key(site: str) -> str:
    return salted_hmac(_SALT, f"altcha\n{site}", algorithm="sha256").hexdigest()


def _mac(site: str, form: str, signed: str) -> str:
    digest = salted_hmac(_SALT, f"{site}\n{form}\n{signed}", algorithm="sha256").digest()
    return b64encode(digest[:20]).decode()
