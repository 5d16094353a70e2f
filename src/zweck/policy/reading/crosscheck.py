"""What types cannot say of a declaration: that names lead somewhere, that texts exist in each language, that nothing
is said twice.

All checks read the file's plain data, not the model, so that one wrong type does not hide an unknown name elsewhere.
What has the wrong type is passed over here; the types report it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from zweck.policy.reading.choices import short_lived, unanswerable
from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.figures import uncountable
from zweck.policy.reading.forms import unservable
from zweck.policy.reading.geolocation import misleading
from zweck.policy.reading.lines import Path, Step, spell
from zweck.policy.reading.shape import texts_in
from zweck.policy.systems import Systems

Data = Mapping[str, object]
PROMISE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)*(:\S+)?")
# Controls but tab and line ends; what reverses or isolates the direction of writing (one mark at a time is fine).
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Which key names what: path (`*` = any id or index) -> the table whose ids it may name.
REFERENCES: tuple[tuple[str, str], ...] = (
    ("places.*.provider", "recipients"),
    ("purposes.*.data.*", "data"),
    ("purposes.*.recipients.*", "recipients"),
    ("purposes.*.places.*", "places"),
    ("purposes.*.retention", "retention"),
    ("purposes.*.offered_to.*", "purposes"),
    ("retention.*.purposes.*", "purposes"),
    ("recipients.*.receives.*", "data"),
    ("recipients.*.mechanism", "mechanisms"),
    ("mechanisms.*.fallback", "mechanisms"),
    ("technologies.*.provider", "recipients"),
    ("technologies.*.purpose", "purposes"),
    ("forms.*.purpose", "purposes"),
    ("forms.*.asks.*", "data"),
    ("forms.*.optional.*", "data"),
    ("systems.security_log.place", "places"),
    ("systems.company_visits.provider", "recipients"),
    ("systems.company_visits.purpose", "purposes"),
    ("systems.measurement.provider", "recipients"),
    ("systems.measurement.purpose", "purposes"),
    ("systems.mail.provider", "recipients"),
    ("systems.mail.matters.*", "purposes"),
    ("systems.mail.marketing", "purposes"),
    ("systems.mail.enquiries", "purposes"),
    ("systems.payment.provider", "recipients"),
    ("claims.*.places.*", "places"),
    ("claims.*.recipients.*", "recipients"),
)
PROMISES = ("attestations.*.promises.*", "statement.overrides.*.promise", "measures.*.proved_by")
SINGULAR = {"purposes": "purpose", "recipients": "recipient", "places": "place", "mechanisms": "mechanism"}
PERIODS = (
    ("attestations.*", "signed_on", "valid_until"),
    ("mechanisms.*", "since", "until"),
    ("recipients.*", "contract_on", "evidence_until"),
)
# Tables in a list that make one promise each: what tells two of them apart.
APART: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("retention.*", ("record", "jurisdiction")),
    ("claims.*", ("says", "system", "places", "recipients", "conditional")),
    ("statement.overrides.*", ("promise", "language")),
    ("statement.paragraphs.*", ("id",)),
)


def crosscheck(data: Data, languages: Collection[str] = ()) -> Iterator[Complaint]:
    """Everything wrong between the parts of a declaration. `languages`: those the site can speak, if that is known."""
    yield from _unknown_names(data)
    yield from _impossible_promises(data)
    yield from _languages(data, languages)
    yield from _said_twice(data)
    yield from _periods(data)
    yield from _time_zone(data)
    yield from _fallbacks(data)
    yield from _offers(data)
    yield from unanswerable(data)
    yield from short_lived(data)
    yield from uncountable(data)
    yield from unservable(data)
    yield from misleading(data)
    yield from _unseen_signs(data, ())


def _unseen_signs(here: object, path: Path) -> Iterator[Complaint]:
    """Signs that nobody sees, and that turn round what is read: file and page would not say the same."""
    if isinstance(here, str) and (sign := UNSEEN.search(here)):
        yield Complaint(path, f"holds the unseen sign U+{ord(sign[0]):04X}", "type the text anew without it")
    for step, value in _items(here):
        yield from _unseen_signs(value, (*path, step))


def find(data: object, pattern: str) -> Iterator[tuple[Path, object]]:
    """Every value whose path fits; `*` stands for any one id or index."""
    yield from _find(data, tuple(pattern.split(".")), ())


def _find(here: object, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, object]]:
    if not pattern:
        yield path, here
        return
    first, rest = pattern[0], pattern[1:]
    for step, value in _items(here):
        if first in ("*", step):
            yield from _find(value, rest, (*path, step))


def _items(here: object) -> Iterator[tuple[Step, object]]:
    if isinstance(here, Mapping):
        yield from here.items()
    elif isinstance(here, list):
        yield from enumerate(here)


def _texts_at(data: Data, pattern: str) -> Iterator[tuple[Path, str]]:
    return ((path, value) for path, value in find(data, pattern) if isinstance(value, str))


def _unknown_names(data: Data) -> Iterator[Complaint]:
    for pattern, table in REFERENCES:
        known = _ids(data, table)
        for path, name in _texts_at(data, pattern):
            if name not in known:
                yield _unknown(path, name, SINGULAR.get(table, table), known, f"declare it under `{table}`")
    systems = {name.replace("_", "-") for name in Systems.model_fields}
    for path, name in _texts_at(data, "places.*.holds.*"):
        if name not in (known := _ids(data, "purposes") | systems):
            yield _unknown(path, name, "purpose or system", known, "declare it under `purposes`")


def _ids(data: Data, table: str) -> set[str]:
    if table == "retention":
        return {record for _, record in _texts_at(data, "retention.*.record")}
    ids = data.get(table)
    return set(ids) if isinstance(ids, Mapping) else set()


def _unknown(path: Path, name: str, noun: str, known: Collection[str], otherwise: str) -> Complaint:
    wrong = f'"{name}" is no declared {noun}'
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return Complaint(path, wrong, f'did you mean "{near[0]}"?' if near else otherwise)


def _impossible_promises(data: Data) -> Iterator[Complaint]:
    for pattern in PROMISES:
        for path, name in _texts_at(data, pattern):
            if not PROMISE.fullmatch(name):
                right = "write its kind, and its parameter after a colon, such as `form.says-why:newsletter`"
                yield Complaint(path, f'"{name}" cannot be the id of a promise', right)


def _languages(data: Data, available: Collection[str]) -> Iterator[Complaint]:
    declared = [language for _, language in _texts_at(data, "languages.*")]
    if not declared or not all(re.fullmatch("[a-z]{2,3}", language) for language in declared):
        return  # the types report it; held against a wrong list, every text would be wrong
    for path, language in _texts_at(data, "languages.*"):
        if available and language not in available:
            right = f"choose from {', '.join(sorted(available))}, or add words/{language}.toml"
            yield Complaint(path, f'there are no words for "{language}"', right)
    for path, language in _texts_at(data, "statement.overrides.*.language"):
        if language not in declared:
            yield Complaint(path, f'"{language}" is not a language of this site', f"choose from {', '.join(declared)}")
    yield from _texts(data, declared)


def _texts(data: Data, declared: Collection[str]) -> Iterator[Complaint]:
    for path, text in texts_in(data):
        for language in declared:
            if language not in text:
                yield Complaint(path, f'has no text in "{language}"', f'add {language} = "…"')
        for language in text:
            if language not in declared:
                yield Complaint(
                    (*path, language), f'"{language}" is not a language of this site', _or_declare(language)
                )


def _or_declare(language: str) -> str:
    return f'remove the text, or add "{language}" to `languages`'


def _said_twice(data: Data) -> Iterator[Complaint]:
    for pattern, keys in APART:
        seen: dict[tuple[str, ...], Path] = {}
        for path, table in find(data, pattern):
            if isinstance(table, Mapping) and keys[0] in table:
                apart = tuple(str(table.get(key, DEFAULTS.get(key, ""))) for key in keys)
                first = seen.setdefault(apart, path)
                if first != path:
                    wrong = f"says the same as {spell(first)} ({' and '.join(k for k in keys if k in table)} are equal)"
                    yield Complaint((*path, keys[0]), wrong, "keep one of the two")
    yield from _named_twice(data, ())


DEFAULTS = {"jurisdiction": "*", "places": "[]", "recipients": "[]", "conditional": "False"}


def _named_twice(here: object, path: Path) -> Iterator[Complaint]:
    """Names that stand twice in one list."""
    if isinstance(here, list):
        counted = Counter(value for value in here if isinstance(value, str))
        for place, value in enumerate(here):
            if isinstance(value, str) and value in here[:place] and counted[value] > 1:
                yield Complaint((*path, place), f'"{value}" is named twice', "name it once")
    for step, below in _items(here):
        yield from _named_twice(below, (*path, step))


def _periods(data: Data) -> Iterator[Complaint]:
    for path, table in find(data, "retention.*"):
        if isinstance(table, Mapping) and ("years" in table) == ("days" in table):
            wrong = "has both years and days" if "years" in table else "has no period"
            yield Complaint(path, wrong, "write either `years = …` or `days = …`")
    for pattern, start, end in PERIODS:
        for path, table in find(data, pattern):
            if isinstance(table, Mapping) and _reversed(table.get(start), table.get(end)):
                yield Complaint((*path, end), f"lies before `{start}`", "write a later date")
    for path, table in find(data, "statement.paragraphs.*"):
        if isinstance(table, Mapping) and table.get("nature") == "attested" and "attested_until" not in table:
            yield Complaint(path, "is attested without an end", "add `attested_until = …`, a day")


def _reversed(start: object, end: object) -> bool:
    return type(start) is date and type(end) is date and end < start


def _time_zone(data: Data) -> Iterator[Complaint]:
    for path, name in _texts_at(data, "time_zone"):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = get_close_matches(name, sorted(available_timezones()), n=1, cutoff=0.6)
            right = f'did you mean "{near[0]}"?' if near else 'write one such as "Europe/Berlin"'
            yield Complaint(path, f'"{name}" is not a time zone', right)


def _fallbacks(data: Data) -> Iterator[Complaint]:
    """Mechanisms that fall back on themselves, directly or in a round."""
    after = {path[1]: name for path, name in _texts_at(data, "mechanisms.*.fallback")}
    for start in after:
        here, passed = after[start], {start}
        while here in after and here not in passed:
            passed.add(here)
            here = after[here]
        if here == start:
            yield Complaint(("mechanisms", start, "fallback"), "leads back to itself", "end the chain somewhere")


def _offers(data: Data) -> Iterator[Complaint]:
    """Purposes that people of others are asked for: their yes is a consent, and it is asked and used by e-mail."""
    purposes = dict(find(data, "purposes.*"))
    for path, table in purposes.items():
        if not isinstance(table, Mapping) or not table.get("offered_to"):
            continue
        where, own = (*path, "offered_to"), str(path[1])
        others = [name for _, name in _texts_at({"names": table["offered_to"]}, "names.*")]
        if table.get("basis") != "consent":
            yield Complaint(where, "asks for a purpose that does not rest on consent", 'write `basis = "consent"`')
        if own in others:
            yield Complaint(where, "offers a purpose to its own people", "name other purposes")
        for id_ in (own, *others):
            held = purposes.get(("purposes", id_))
            if isinstance(held, Mapping) and "email" not in (held.get("data") or []):
                yield Complaint(where, f'"{id_}" has no e-mail address to ask', f"add `email` to `purposes.{id_}.data`")
