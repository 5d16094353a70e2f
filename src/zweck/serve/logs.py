"""One way a log line looks, made so that no person gets into one."""

import logging
import re
import traceback
from ipaddress import ip_address
from pathlib import PurePath


def without_values(failure: BaseException) -> str:
    """What failed and where, without the exception's message: that may quote a value somebody typed.

    The place is the innermost line of our own, and the innermost of all where that is another.
    """
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [frame for frame in frames if "zweck" in PurePath(frame.filename).parts]
    places = [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno}" for f in (*ours[-1:], *frames[-1:])]
    return f"{type(failure).__name__} at {' > '.join(dict.fromkeys(places)) or 'an unknown place'}"


_EMAIL = re.compile(r"[^\s<>\"'@]+(?:@|%40)[^\s<>\"'@]+")
_NUMBERS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?![\w:]))"
)
_LONG = re.compile(r"(?<!\w)\d(?:[ -]?\d){12,33}(?!\w)")


def without_persons(text: str) -> str:
    """The text without what may lead to a person: e-mail and network addresses, and numbers as long as an account's.

    The second belt: no line of ours should hold one.
    """
    masked = _EMAIL.sub("[an e-mail address]", text)
    masked = _NUMBERS.sub(lambda found: "[a network address]" if _is_foreign(found[0]) else found[0], masked)
    return _LONG.sub("[a long number]", masked)


def _is_foreign(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


class Plain(logging.Formatter):
    """`2026-11-22 09:41:00 warning work: text`, UTC by the caller's clock.

    Only our own lines are filled in with their arguments. A foreign line keeps its place-holders, and an
    exception its type and place: Django's quote paths, queries and form values. What leads to a person is masked.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record carries."""
        ours = record.name.partition(".")[0] == "zweck"
        text = record.getMessage() if ours else str(record.msg).partition("\n")[0]
        if not ours and hasattr(record, "status_code"):
            text = f"a page ended in {record.status_code}"
        if record.exc_info and record.exc_info[1]:
            text = f"{text}: {without_values(record.exc_info[1])}"
        when = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        return f"{when} {record.levelname.lower()} {record.name.removeprefix('zweck.')}: {without_persons(text)}"
