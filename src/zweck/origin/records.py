"""What a record of somebody else's file says of a country: the makers agree on the format, not on the names."""

from collections.abc import Mapping

UNKNOWN = frozenset({"", "ZZ", "XX", "--"})
# DB-IP Lite and others name the states of the USA instead of giving their codes (ISO 3166-2:US).
STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY",
    "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH",
    "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND",
    "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI",
    "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT",
    "Virginia": "VA", "Washington": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip
CODES = frozenset(STATES.values())


def label(record: Mapping[str, object]) -> str:
    """`DE`, `US-CA`, or nothing. Reads the records of DB-IP, MaxMind, IPinfo, IPLocate and IP2Location alike."""
    country = _country(record)
    if country != "US":
        return country
    state = _state(record)
    return f"US-{state}" if state else "US"


def _country(record: Mapping[str, object]) -> str:
    for key in ("country", "country_code", "registered_country"):
        found = record.get(key)
        if isinstance(found, Mapping):
            found = found.get("iso_code") or found.get("code")
        if isinstance(found, str) and len(found) == 2 and found.isascii() and found.isalpha():
            return "" if found.upper() in UNKNOWN else found.upper()
    return ""


def _state(record: Mapping[str, object]) -> str:
    divisions = record.get("subdivisions")
    first = divisions[0] if isinstance(divisions, list) and divisions else None
    said: list[object] = []
    if isinstance(first, Mapping):
        names = first.get("names")
        said = [first.get("iso_code"), names.get("en") if isinstance(names, Mapping) else None]
    said += [record.get(key) for key in ("region_code", "state_code", "region", "state", "state1", "subdivision")]
    for one in said:
        if isinstance(one, str):
            code = one.removeprefix("US-")
            if code in CODES or one in STATES:
                return code if code in CODES else STATES[one]
    return ""
