"""What the room takes and hands out."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alert:
    """News for the operator about a site. It names promises and states, never a person."""

    site: str
    subject: str
    text: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a link outside showed: the status of the last answer, and where it came from."""

    url: str
    status: int
    final_url: str
    hops: int
