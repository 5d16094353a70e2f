"""Becomes the browser, as an ordinary person's. Standard library only, for it runs by itself.

`python -I starting.py UID GID CHROMIUM ARGUMENT…`. Root's rights are given up, for Chromium does not sandbox what root
starts; only here, so that it works where an unprivileged user could not even read our interpreter. -1 = none to give.
"""

import json
import os
import sys
from pathlib import Path

_PROFILE = "--user-data-dir="
# Visitors' profiles are private ones, which treat other sites' cookies as blocked; an ordinary profile does not. A
# browser that fills in forms asks its maker about each form it meets. Most people's connects ahead, whatever some
# distributions set.
_PREFERENCES = {
    "profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False},
    "autofill": {"enabled": False, "profile_enabled": False, "credit_card_enabled": False},
    "credentials_enable_service": False,
    "net": {"network_prediction_options": 0},
}


def main() -> None:
    """Become that user, prepare the profile, and become the browser."""
    uid, gid = int(sys.argv[1]), int(sys.argv[2])
    chromium, *arguments = sys.argv[3:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    for argument in arguments:
        if argument.startswith(_PROFILE):  # was just made for the browser, and is empty
            _prepare(Path(argument.removeprefix(_PROFILE)))
    os.execv(chromium, [chromium, *arguments])  # noqa: S606


def _prepare(profile: Path) -> None:
    """As that user: in a folder of theirs root would write wherever they lead it."""
    folder = profile / "Default"
    folder.mkdir(exist_ok=True)
    (folder / "Preferences").write_text(json.dumps(_PREFERENCES), encoding="utf-8")


if __name__ == "__main__":
    main()
