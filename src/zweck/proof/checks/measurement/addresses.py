"""measurement.cut-first, .full-address and .cut-always: no more of an address than the statement says goes anywhere."""

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from zweck.origin import acts as origin
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.drill import sql
from zweck.proof.drill.asking import CHOICES, answer, pages_on
from zweck.proof.drill.hits import hit, measured_person, own_measurement
from zweck.proof.drill.person import Person
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import NOWHERE

# Of the ranges that belong to nobody (RFC 5737, RFC 3849). Two of IPv4: four bytes alone may stand in a file by chance.
CANARIES = ("203.0.113.77", "198.51.100.213", "2001:db8:7a31:c05e:94d2:1bf8:6ea7:30c9")
_OTHERS = ("203.0.113.78", "198.51.100.213")  # of the same network as the first, and of another
_FORWARDED = "x-forwarded-for"
_MOST_BYTES = 256 * 1024 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Cut = Callable[[bytes, int, int], bytes]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search through all bytes came to. `found`: file, and how the address is written there."""

    files: int
    bytes: int
    found: tuple[str, ...]


def check_nowhere(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Visitors from three known addresses look, answer and are measured; then every byte the instance wrote is read."""
    own_measurement(target.policy)
    stage = stage_of(target)
    apart = stage.once("canaries", lambda: _visited(target, stage))
    searched = search(stage.folder)
    trouble = (*searched.found, *apart)
    figures: dict[str, Figure] = {
        "addresses": len(CANARIES),
        "files": searched.files,
        "bytes": searched.bytes,
        "spellings": len(_spellings(ipaddress.ip_address(CANARIES[0]))),
    }
    seen = "every byte of a scratch instance's databases, logs and temporary files, after visits from known addresses"
    return Finding(not trouble, seen, figures, trouble)


def _visited(target: Target, stage: Stage) -> tuple[str, ...]:
    """Let them all come; what was wrong with how they were counted."""
    for canary in CANARIES:
        _visit(target, stage, canary)
    return tuple(_told_apart(target, stage))


def _told_apart(target: Target, stage: Stage) -> Iterator[str]:
    """Whether visitors of one network count as one, and those of another as another.

    Without the second nothing would be shown: an address that never arrived is nowhere found either.
    """
    one, neighbour, stranger = (_counted_as(target, stage, from_) for from_ in (CANARIES[0], *_OTHERS))
    if one == stranger:
        raise CouldNotLook("the scratch instance counts visitors of two networks as one: no address reaches it")
    if one != neighbour:
        yield "two visitors of one network are told apart: more of the address is used than its network"


def _counted_as(target: Target, stage: Stage, address: str) -> int:
    """The number under which a visitor from this address is counted today. Raises CouldNotLook."""
    measured_person(target, {_FORWARDED: address})
    return sql.newest(stage.database, "measure_event", "visitor")


def _visit(target: Target, stage: Stage, canary: str) -> None:
    """Everything a visitor can do, from one address. Raises CouldNotLook when the drill does not take it as one."""
    home = pages_on(stage).one("home")
    person = measured_person(target, {_FORWARDED: canary})
    person.get(pages_on(stage).one("statement"))
    person.get(NOWHERE)
    hit(stage, person, home)
    if target.policy.needing_consent():
        answer(Person(stage.url, {_FORWARDED: canary}), home, "refuse")
    answer(person, pages_on(stage).one(CHOICES), "reset")


def search(folder: Path) -> Searched:
    """Look for the canaries in every file below a folder. Raises CouldNotLook when there is more than can be read."""
    files, size, hits = 0, 0, {canary: set[str]() for canary in CANARIES}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # a temporary file that has gone meanwhile
        files, size = files + 1, size + len(content)
        if size > _MOST_BYTES:
            raise CouldNotLook("the scratch instance wrote more than can be searched")
        for canary in CANARIES:
            hits[canary] |= {f"{path.name}: {how}" for how in _in(content.lower(), content, canary)}
    return Searched(files, size, tuple(sorted(_certain(hits))))


def _in(lowered: bytes, content: bytes, canary: str) -> Iterator[str]:
    for how, spelling in _spellings(ipaddress.ip_address(canary)):
        if spelling in (content if how == "packed" else lowered):
            yield how


def _certain(hits: dict[str, set[str]]) -> set[str]:
    """All findings; but four packed bytes of IPv4 count only where both addresses stand, since one may be chance."""
    first, second, third = (hits[canary] for canary in CANARIES)
    chance = {one for one in first ^ second if one.endswith(": packed")}
    return (first | second | third) - chance


def _spellings(address: Address) -> tuple[tuple[str, bytes], ...]:
    packed = address.packed
    return (
        ("in full", str(address).encode()),
        ("with all its zeros", address.exploded.encode()),
        ("packed", packed),
        ("packed backwards", packed[::-1]) if address.version == 6 else ("as a number", str(int(address)).encode()),
        ("in hexadecimal digits", packed.hex().encode()),
        ("in hexadecimal digits, parted", packed.hex(":").encode()),
    )


@contextmanager
def _written(target: Target, spelling: Callable[[Address], bytes]) -> Iterator[Target]:
    """A file in the instance's folder that holds the addresses, for as long as the look takes."""
    file = stage_of(target).folder / "tmp" / "planted"
    file.write_bytes(b"\n".join(spelling(ipaddress.ip_address(canary)) for canary in CANARIES))
    try:
        yield target
    finally:
        file.unlink()


def _writing(spelling: Callable[[Address], bytes]) -> Plant:
    return lambda target, _sentence: _written(target, spelling)


def check_always(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """Every cut that a policy could ask for, tried: none leaves more than 24 and 48 bits, this one what it says."""
    measurement = own_measurement(target.policy)
    cut = _cut_of(target)
    trouble: list[str] = []
    tried = 0
    for canary, most, declared in ((CANARIES[0], 24, measurement.cut_v4), (CANARIES[2], 48, measurement.cut_v6)):
        packed = ipaddress.ip_address(canary).packed
        for bits in range(len(packed) * 8 + 1):
            tried += 1
            left = cut(packed, bits, bits)
            allowed = min(most, bits)
            if _significant(left) > allowed or not _is_prefix(left, packed, allowed):
                trouble.append(f"IPv{6 if most == 48 else 4}: {bits} bits asked for, {_significant(left)} left")
        if declared > most:
            trouble.append(f"{declared} bits are declared, at most {most} are ever left")
    figures: dict[str, Figure] = {"settings_tried": tried, "bits_v4": measurement.cut_v4, "bits_v6": measurement.cut_v6}
    return Finding(not trouble, "the cut itself, at every setting that a policy can have", figures, tuple(trouble[:6]))


def _cut_of(target: Target) -> Cut:
    found = target.place.get("cut")
    return found if callable(found) else _ours


def _ours(packed: bytes, bits_v4: int, bits_v6: int) -> bytes:
    """The cut of the front, and then the policy's: the way that every address goes."""
    return origin.cut_further(origin.cut(packed).network, bits_v4, bits_v6)


def _significant(left: bytes) -> int:
    """Up to which bit something is left."""
    number = int.from_bytes(left)
    trailing = (number & -number).bit_length() - 1 if number else len(left) * 8
    return len(left) * 8 - trailing


def _is_prefix(left: bytes, packed: bytes, bits: int) -> bool:
    whole = int.from_bytes(packed) >> (len(packed) * 8 - bits) if bits else 0
    shift = len(left) * 8 - bits
    return (int.from_bytes(left) >> shift if shift >= 0 else int.from_bytes(left) << -shift) == whole


@contextmanager
def plant_switch(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A cut that a policy can switch off by asking for all bits."""

    def switchable(packed: bytes, bits_v4: int, bits_v6: int) -> bytes:
        bits = bits_v4 if len(packed) == 4 else bits_v6
        return packed if bits == len(packed) * 8 else _ours(packed, bits_v4, bits_v6)

    yield replace(target, place={**target.place, "cut": switchable})


@contextmanager
def plant_lax(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A cut that takes the policy's word for the front's limit and forgets to take bits away."""
    yield replace(target, place={**target.place, "cut": lambda packed, _v4, _v6: origin.cut(packed).network})


def _apart(asked: Asked) -> Asked:
    """A service that uses the last byte as well: to it neighbours are strangers."""
    headers = tuple((n, "192.0.2.78" if v == _OTHERS[0] else v) for n, v in asked.headers)
    return replace(asked, headers=headers)


_IN_FULL = _writing(lambda address: str(address).encode())
_PACKED = _writing(lambda address: address.packed)
_IN_DIGITS = _writing(lambda address: address.packed.hex().upper().encode())

CUT_FIRST = Proof(
    "measurement.cut-first",
    check_nowhere,
    _IN_FULL,
    Reach.HOST,
    quick=False,
    needs=("drill",),
    more_plants=(_PACKED, _IN_DIGITS, planted(ask=_apart)),
)
FULL_ADDRESS = Proof(
    "measurement.full-address",
    check_nowhere,
    _IN_FULL,
    Reach.HOST,
    quick=False,
    needs=("drill",),
    more_plants=(_PACKED, _IN_DIGITS, planted(ask=_apart)),
)
CUT_ALWAYS = Proof(
    "measurement.cut-always", check_always, plant_switch, Reach.PROCESS, needs=("policy",), more_plants=(plant_lax,)
)
