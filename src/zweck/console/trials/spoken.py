"""Why a data centre did not do what it was asked, in the reader's language; the row keeps what was found in English."""

import re
from collections.abc import Mapping

from zweck.policy.words import Words

_STATUS = re.compile(r"answered (\d{3})")
_SAID: Mapping[str, str] = {
    "no answer in time": "late",
    "its answer names no address of the trial": "nonsense",
    "the address it answers is not encrypted": "nonsense",
    "its answer is no JSON": "nonsense",
    "its answer is no JSON object": "nonsense",
    "no data centre is set up for this place": "missing",
    "the address of its data centre is not encrypted": "open",
    "the address is neither http nor https": "open",
    "no edition is in force": "no_edition",
    "the vault gives no data for it": "no_data",
    "its name could not be looked up": "unreached",
    "no secure connection came about": "unreached",
    "the connection was refused": "unreached",
    "the connection was lost": "unreached",
}


def trouble_said(trouble: str, texts: Words) -> str:
    """A sentence for the trouble of a trial; empty for none."""
    if not trouble:
        return ""
    if status := _STATUS.fullmatch(trouble):
        return texts.say("staff.trials.trouble.answered", status=status[1])
    if key := _SAID.get(trouble):
        return texts.say(f"staff.trials.trouble.{key}")
    return texts.say("staff.trials.trouble.other", what=trouble)
