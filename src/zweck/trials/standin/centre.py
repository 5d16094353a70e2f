"""What a data centre does with a call: checks the signature, does each thing once, answers with an address."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

TOLERANCE_SECONDS = 300  # how old a signed call may be
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_TRIAL = re.compile(r"[0-9a-f]{32}")

# down: 503 · slow: does it, and answers too late · twice: answers 503 after having done it, so that it is asked twice ·
# garbage: an answer that says nothing · declines: a no that stays.
Mood = Literal["well", "down", "slow", "twice", "garbage", "declines"]
MOODS: tuple[Mood, ...] = ("well", "down", "slow", "twice", "garbage", "declines")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: status and JSON."""

    status: int
    body: Mapping[str, object]


@dataclass(slots=True)
class Centre:
    """A data centre in memory. `trials`: which are open; `done`: by idempotency key, what was answered."""

    name: str
    secret: str
    base_url: str = ""
    mood: Mood = "well"
    tolerance_seconds: float = TOLERANCE_SECONDS
    trials: dict[str, str] = field(default_factory=dict)
    done: dict[str, Said] = field(default_factory=dict)
    calls: int = 0
    refused: int = 0
    _lock: Lock = field(default_factory=Lock)

    def take(self, headers: Mapping[str, str], body: bytes, now: float) -> Said:
        """Answer a call. Header names are in small letters."""
        with self._lock:
            self.calls += 1
            if self.mood == "down":
                return Said(503, {"error": "down"})
            if trouble := self._distrust(headers.get("zweck-signature", ""), body, now):
                self.refused += 1
                return Said(401, {"error": trouble})
            key = headers.get("idempotency-key", "")
            if self.mood == "declines":
                return Said(422, {"error": "declined"})
            if self.mood == "garbage":
                return Said(200, {"hello": "world"})
            is_new = key not in self.done
            if is_new:
                self.done[key] = self._do(_read(body))
            return Said(503, {"error": "after all"}) if self.mood == "twice" and is_new else self.done[key]

    def change(self, authorization: str, wanted: str) -> Said:
        """Change the mood, for who knows the secret: other programs here, and pages in a browser here, do not."""
        if not hmac.compare_digest(authorization.encode(), f"Bearer {self.secret}".encode()):
            return Said(401, {"error": "no secret"})
        mood = next((one for one in MOODS if one == wanted), None)
        self.mood = mood or self.mood
        return Said(200 if mood else 404, {"mood": self.mood})

    def _distrust(self, signature: str, body: bytes, now: float) -> str:
        """Why a call is not believed; empty for one of ours."""
        found = _SIGNATURE.fullmatch(signature)
        if found is None:
            return "no signature"
        if abs(now - int(found[1])) > self.tolerance_seconds:
            return "too old"
        wanted = hmac.new(self.secret.encode(), f"{found[1]}.".encode() + body, hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(wanted, found[2]) else "wrong signature"

    def _do(self, wanted: Mapping[str, object]) -> Said:
        trial = wanted.get("trial")
        if not isinstance(trial, str) or not _TRIAL.fullmatch(trial):
            return Said(400, {"error": "no trial named"})
        if wanted.get("act") == "end":
            self.trials.pop(trial, None)
            return Said(200, {"closed": trial})
        if wanted.get("act") != "start":
            return Said(400, {"error": "nothing asked"})
        self.trials[trial] = secrets.token_hex(8)
        return Said(200, {"url": f"{self.base_url}/room/{self.trials[trial]}"})


def _read(body: bytes) -> Mapping[str, object]:
    """The object in a call; an empty one for what is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
