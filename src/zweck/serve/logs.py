"""One way a log line looks, made so that no person gets into one."""

import logging
import traceback
from pathlib import PurePath


def without_values(failure: BaseException) -> str:
    """What failed and where, without the exception's message: that may quote a value somebody typed.

    The place is the innermost line of our own, and the innermost of all where that is another.
    """
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [frame for frame in frames if "zweck" in PurePath(frame.filename).parts]
    places = [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno}" for f in (*ours[-1:], *frames[-1:])]
    return f"{type(failure).__name__} at {' > '.join(dict.fromkeys(places)) or 'an unknown place'}"


class Plain(logging.Formatter):
    """`2026-11-22 09:41:00 warning work: text`, UTC by the caller's clock.

    Only our own lines are filled in with their arguments. A foreign line keeps its place-holders, and an
    exception its type and place: Django's quote paths, queries and form values.
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
        return f"{when} {record.levelname.lower()} {record.name.removeprefix('zweck.')}: {text}"
