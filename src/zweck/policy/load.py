"""Reading a policy file: everything that is wrong with it at once, each with its line."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from zweck.policy.errors import PolicyError, PolicyErrors
from zweck.policy.model import Policy
from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.crosscheck import crosscheck
from zweck.policy.reading.explain import complaints
from zweck.policy.reading.lines import Lines, index, spell
from zweck.policy.reading.syntax import syntax_error
from zweck.policy.statement import faults

LIMIT_BYTES = 1024 * 1024  # a long statement takes a twentieth of it


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy as read from one file. `name` is the file as messages print it."""

    policy: Policy
    source: bytes
    sha256: str
    lines: Lines
    name: str


def load(path: Path, languages: Collection[str] = ()) -> Loaded:
    """The policy in a file. Raises PolicyErrors with all that is wrong.

    `languages`: those the site can speak; a policy that declares another is refused. Without any, that is not asked.
    """
    return loads(_read(path), str(path), languages)


def load_all(path: Path, languages: Collection[str] = ()) -> tuple[Loaded, ...]:
    """The policies in a folder (`*.toml`, by name), or the one in a file.

    Raises PolicyErrors with all that is wrong in all files together.
    """
    if not path.is_dir():
        return (load(path, languages),)
    loaded: list[Loaded] = []
    errors: list[PolicyError] = []
    for file in sorted(path.glob("*.toml")):
        try:
            loaded.append(load(file, languages))
        except PolicyErrors as refused:
            errors.extend(refused.errors)
    errors.extend(_claimed_twice(loaded))
    if not loaded and not errors:
        errors.append(PolicyError(str(path), 1, "", "holds no policy", "put a file ending in .toml into the folder"))
    if errors:
        raise PolicyErrors(errors)
    return tuple(loaded)


def loads(source: bytes, name: str, languages: Collection[str] = ()) -> Loaded:
    """The policy in `source`. Raises PolicyErrors with all that is wrong."""
    text = _text(source, name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as refused:
        raise PolicyErrors([syntax_error(str(refused), text, name)]) from None
    except RecursionError:
        raise PolicyErrors([PolicyError(name, 1, "", "is nested too deeply", "flatten its tables and lists")]) from None
    if not data:
        raise PolicyErrors([_whole(name, "is empty", "`zweck new FILE` writes a starter")])
    lines = index(text)
    try:
        policy = Policy.model_validate(data)
    except ValidationError as refused:
        found = complaints(refused, data)
        raise PolicyErrors(_placed(_all(found, data, languages), lines, name)) from None
    if found := tuple(crosscheck(data, languages)):
        raise PolicyErrors(_placed(found, lines, name))
    if wrong := faults(policy):
        raise PolicyErrors(
            PolicyError(name, lines.of(fault.path), fault.path, fault.wrong, fault.right) for fault in wrong
        )
    return Loaded(policy, source, sha256(source).hexdigest(), lines, name)


def _all(found: Iterable[Complaint], data: Mapping[str, object], languages: Collection[str]) -> Iterable[Complaint]:
    """The complaints of the types, and those cross-checks that do not repeat one of them."""
    found = tuple(found)
    refused = {complaint.path for complaint in found}
    yield from found
    for complaint in crosscheck(data, languages):
        if not any(complaint.path[: len(path)] == path for path in refused):
            yield complaint


def _placed(found: Iterable[Complaint], lines: Lines, name: str) -> Iterable[PolicyError]:
    return (PolicyError(name, lines.of(c.path), spell(c.path), c.wrong, c.right) for c in found)


def _whole(name: str, wrong: str, right: str) -> PolicyError:
    return PolicyError(name, 1, "", wrong, right)


def _read(path: Path) -> bytes:
    """The bytes of a file, at most one more than the limit: a huge file is never taken into memory."""
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        error = _whole(str(path), "does not exist", "check the name, or let `zweck new FILE` write a starter")
    except IsADirectoryError:
        error = _whole(str(path), "is a folder", "name one file in it")
    except OSError as refused:
        error = _whole(str(path), f"cannot be read ({refused.strerror})", "check who may read it")
    raise PolicyErrors([error])


def _text(source: bytes, name: str) -> str:
    if len(source) > LIMIT_BYTES:
        error = _whole(name, "is larger than 1 MiB", "a policy is text that people read; keep documents out of it")
        raise PolicyErrors([error])
    if b"\0" in source:
        line = source[: source.index(b"\0")].count(b"\n") + 1
        raise PolicyErrors([PolicyError(name, line, "", "is not text (it holds a NUL byte)", "write UTF-8 text")])
    try:
        text = source.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as refused:
        line = source[: refused.start].count(b"\n") + 1
        raise PolicyErrors([PolicyError(name, line, "", "is not UTF-8", "save the file as UTF-8")]) from None
    if re.fullmatch(r"\s*", text):
        raise PolicyErrors([_whole(name, "is empty", "`zweck new FILE` writes a starter")])
    return text


def _claimed_twice(loaded: Iterable[Loaded]) -> Iterable[PolicyError]:
    """Two sites of one id, or two that speak for the same origin."""
    sites: dict[str, str] = {}
    origins: dict[str, str] = {}
    for one in loaded:
        site, lines = one.policy.site, one.lines
        if (other := sites.setdefault(site, one.name)) != one.name:
            right = "give each site an id of its own"
            yield PolicyError(one.name, lines.of("site"), "site", f'"{site}" is also the id in {other}', right)
        for place, origin in enumerate(one.policy.scope.origins):
            if (other := origins.setdefault(origin, one.name)) != one.name:
                path = f"scope.origins[{place}]"
                wrong = f"{other} speaks for {origin} as well"
                yield PolicyError(one.name, lines.of(path), path, wrong, "let one statement speak for an origin")
