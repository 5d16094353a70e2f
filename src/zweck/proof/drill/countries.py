"""The drill's own table of countries, on networks for benchmarks (RFC 2544), with a made-up state for each of two.

The made-up names exist nowhere else, so that a trace of them is one. They are written into the table before anybody
comes; the table itself, and the file it is unpacked into, are no trace.
"""

import secrets
from datetime import date
from pathlib import Path

from zweck.origin import acts as origin
from zweck.origin.values import About
from zweck.policy.systems.regions import GROUPS

FILE = "countries.places"
_FIRST = 0xC61200  # 198.18.0.0/24 and the 511 networks after it
_LEAST = 12  # letters of a made-up name
COUNTRIES = ("", *sorted({"AU", "BR", "CH", "IN", "JP", "LI", "NO", "US"}.union(*GROUPS.values())))
MADE_UP = ("US", "DE", "JP")  # countries with a state that does not exist


def lay(folder: Path) -> Path:
    """Write the table, with new made-up names, and give its file."""
    labels = (*COUNTRIES, *(f"{country}-{_made_up()}" for country in MADE_UP))
    runs = [(_FIRST + number, label) for number, label in enumerate(labels)]
    about = About("countries of a drill", date(2026, 1, 1), "")
    file = folder / FILE
    file.write_bytes(origin.packed(about, [*runs, (_FIRST + len(labels), "")], []))
    return file


def address_in(country: str) -> str:
    """An address that the drill's table knows to lie there; another each time, as of another sender."""
    return _address(COUNTRIES.index(country))


def made_up(folder: Path) -> dict[str, tuple[str, str]]:
    """By country: an address of its made-up state, and that state's name."""
    names = {label.partition("-")[0]: label.partition("-")[2] for label in origin.description(folder / FILE).labels}
    return {country: (_address(len(COUNTRIES) + number), names[country]) for number, country in enumerate(MADE_UP)}


def is_table(path: Path) -> bool:
    """Whether a file is the table itself, packed or unpacked."""
    return path.name == FILE or (path.name.startswith("places-") and path.suffix == ".table")


def _made_up() -> str:
    return "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(_LEAST + 4))


def _address(number: int) -> str:
    return f"198.{18 + number // 256}.{number % 256}.{1 + secrets.randbelow(254)}"
