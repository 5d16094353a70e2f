"""`zweck mail take`: takes one mail from standard input, as a mail server pipes it.

Exit codes are those of sysexits.h, by which a mail server knows what to do: 0 taken, 65 refused and sent back with the
reason, 67 nobody takes it, 75 not now, try again.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import NoReturn

import django

TAKEN, REFUSED, NOBODY, LATER = 0, 65, 67, 75


class _Parser(argparse.ArgumentParser):
    """A wrong option is the operator's to mend, and no reason to send a mail back."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and that the mail is to come again."""
        self.exit(LATER, f"4.3.5 {message}\n")


def main() -> int:
    """Take the mail; the exit code."""
    parser = _Parser(prog="zweck mail take", description="Take one mail from standard input.")
    parser.add_argument("--to", default="", metavar="ADDRESS", help="the address that the mail was delivered to")
    to = parser.parse_args().to
    sys.excepthook = _later
    django.setup()
    from zweck.disclosure.errors import BadMail  # noqa: PLC0415  (needs Django to be ready)
    from zweck.disclosure.incoming import taking  # noqa: PLC0415
    from zweck.disclosure.incoming.values import MOST_BYTES  # noqa: PLC0415

    try:
        outcome = taking.take(sys.stdin.buffer.read(MOST_BYTES + 1), to, datetime.now(UTC))
    except BadMail as refused:
        print(f"5.6.0 not taken: {refused}", file=sys.stderr)  # noqa: T201  (a server quotes it to the sender)
        return REFUSED
    if outcome == "left":
        print("5.1.1 nobody takes mail at this address", file=sys.stderr)  # noqa: T201
        return NOBODY
    return TAKEN


def _later(kind: type[BaseException], _trouble: BaseException, _where: TracebackType | None) -> None:
    """Whatever goes wrong here is no fault of the mail: any other exit code, and the server would send it back."""
    os.write(2, f"4.3.0 not now ({kind.__name__})\n".encode())
    os._exit(LATER)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zweck.settings")
    sys.exit(main())
