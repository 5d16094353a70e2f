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
# browser that fills in forms asks its maker about each form it meets.
_PREFERENCES = {
    "profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False},
    "autofill": {"enabled": False, "profile_enabled": False, "credit_card_enabled": False},
    "credentials_enable_service": False,
}


def main() -> None:
    """Prepare the profile, become that user, and then the browser."""
    uid, gid = int(sys.argv[1]), int(sys.argv[2])
    chromium, *arguments = sys.argv[3:]
    for argument in arguments:
        if argument.startswith(_PROFILE):  # was just made for the browser, and is empty
            _prepare(Path(argument.removeprefix(_PROFILE)), uid, gid)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.execv(chromium, [chromium, *arguments])  # noqa: S606


def _prepare(profile: Path, uid: int, gid: int) -> None:
    folder = profile / "Default"
    folder.mkdir(exist_ok=True)
    preferences = folder / "Preferences"
    preferences.write_text(json.dumps(_PREFERENCES), encoding="utf-8")
    for path in (profile, folder, preferences):
        os.chown(path, uid, gid)


if __name__ == "__main__":
    main()
