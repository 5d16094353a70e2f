"""Asks the catcher of this data folder what it caught; any process of the service may."""

import http.client
import json
import os
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from zweck.disclosure.errors import NotReached
from zweck.disclosure.values import Caught

_TIMEOUT_SECONDS = 5


class Where(TypedDict):
    """What the catcher's note says."""

    pid: int
    smtp: int
    http: int
    secret: str


def where(note: Path) -> Where:
    """Where the catcher listens. Raises NotReached unless it runs."""
    try:
        found: Where = json.loads(note.read_bytes())
        os.kill(found["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        raise NotReached("the catcher does not run yet; it begins with the service") from None
    return found


def mails(note: Path, after: int = 0) -> tuple[Caught, ...]:
    """The mails above a number, oldest first. Raises NotReached."""
    found = json.loads(_asked(note, "GET", f"/?after={after}"))
    return tuple(
        Caught(one["number"], datetime.fromisoformat(one["at"]), one["from"], one["to"], b64decode(one["data"]))
        for one in found
    )


def clear(note: Path) -> None:
    """Have all of them forgotten. Raises NotReached."""
    _asked(note, "DELETE", "/")


def _asked(note: Path, method: str, path: str) -> bytes:
    at = where(note)
    connection = http.client.HTTPConnection("127.0.0.1", at["http"], timeout=_TIMEOUT_SECONDS)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {at['secret']}"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        raise NotReached("the catcher does not answer") from None
    finally:
        connection.close()
    if answer.status != 200:
        raise NotReached("the catcher does not know us: its note is of another one")
    return body
