"""A TILT document, read strictly: every value has a path, and it is known which were carried over."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zweck.policy.errors import PolicyError, PolicyErrors
from zweck.policy.writing.sheet import shown

LIMIT_BYTES = 1024 * 1024
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
}
_NAMES = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "array": "a list",
}
_OTHER = "TILT has no such property"
Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Left:
    """A value that no policy takes. `path` as in `dataDisclosed[0].category`."""

    path: str
    value: Value
    why: str

    def __str__(self) -> str:
        said = json.dumps(self.value, ensure_ascii=False)
        return f"{shown(self.path, 100)} = {shown(said, 100)}: {self.why}"


class Document:
    """The values of a document by path. What is asked for counts as carried over, unless it is put back."""

    def __init__(self, values: Mapping[str, Value], lengths: Mapping[str, int]) -> None:
        self._values = values
        self._lengths = lengths
        self._taken: set[str] = set()
        self._why: dict[str, str] = {}

    def text(self, path: str) -> str:
        """A string without blanks around it; "" where there is none."""
        found = self._take(path)
        return " ".join(found.split()) if isinstance(found, str) else ""

    def flag(self, path: str) -> bool | None:
        """Whether something is so; None where nothing is said."""
        found = self._take(path)
        return found if isinstance(found, bool) else None

    def each(self, path: str) -> list[str]:
        """The paths of the entries of a list."""
        return [f"{path}[{at}]" for at in range(self._lengths.get(path, 0))]

    def texts(self, path: str) -> list[str]:
        """The strings of a list, without empty ones."""
        return [text for entry in self.each(path) if (text := self.text(entry))]

    def put_back(self, path: str, why: str) -> None:
        """Say that a value was read and could not be carried over after all."""
        if path in self._values:
            self._taken.discard(path)
            self._why[path] = why

    def left(self) -> tuple[Left, ...]:
        """Everything that was not carried over, in the document's order, each with the reason."""
        return tuple(
            Left(path, value, self._why.get(path) or reasons().get(_general(path), _OTHER))
            for path, value in self._values.items()
            if path not in self._taken
        )

    def _take(self, path: str) -> Value | None:
        self._taken.add(path)
        return self._values.get(path)


def read(source: bytes, name: str) -> Document:
    """A document. Raises PolicyErrors with every value of a wrong type; `name` is the file as messages print it."""
    data = _json(source, name)
    if not isinstance(data, dict) or not ({"controller", "dataDisclosed"} & data.keys()):
        wrong = "is no TILT document: it has neither `controller` nor `dataDisclosed`"
        raise PolicyErrors([PolicyError(name, 1, "", wrong, "name a file that fits the TILT schema")])
    values: dict[str, Value] = {}
    lengths: dict[str, int] = {}
    errors: list[PolicyError] = []
    for path, value in _walk(data, ""):
        wanted = types().get(_general(path))
        if wanted and not _fits(value, wanted):
            errors.append(PolicyError(name, 1, path, f"is not {_NAMES[wanted]}", "see the TILT schema for its type"))
        elif isinstance(value, list):
            lengths[path] = len(value)
        elif isinstance(value, str | int | float):
            values[path] = value
    if errors:
        raise PolicyErrors(errors)
    return Document(values, lengths)


def read_file(file: Path) -> bytes:
    """The bytes of a file, at most one more than the limit. Raises PolicyErrors."""
    try:
        with file.open("rb") as opened:
            return opened.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        wrong, right = "does not exist", "check the name"
    except IsADirectoryError:
        wrong, right = "is a folder", "name one file in it"
    except OSError as refused:
        wrong, right = f"cannot be read ({refused.strerror})", "check who may read it"
    raise PolicyErrors([PolicyError(str(file), 1, "", wrong, right)])


@cache
def types() -> Mapping[str, str]:
    """The type of each property of the schema, by its general path."""
    return _fields()["types"]


@cache
def reasons() -> Mapping[str, str]:
    """Why a property of the schema is not carried over, by its general path."""
    return _fields()["left"]


@cache
def _fields() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("fields.toml").read_text("utf-8"))


def _json(source: bytes, name: str) -> object:
    if len(source) > LIMIT_BYTES:
        raise PolicyErrors([PolicyError(name, 1, "", "is larger than 1 MiB", "a notice is text that people read")])
    try:
        data: object = json.loads(source)
    except json.JSONDecodeError as refused:
        wrong = f"is not JSON ({refused.msg}, column {refused.colno})"
        raise PolicyErrors([PolicyError(name, refused.lineno, "", wrong, "TILT documents are JSON")]) from None
    except UnicodeDecodeError as refused:
        line = source[: refused.start].count(b"\n") + 1
        raise PolicyErrors([PolicyError(name, line, "", "is not UTF-8", "save the file as UTF-8")]) from None
    except (RecursionError, ValueError):  # ValueError: a number of too many digits
        raise PolicyErrors([PolicyError(name, 1, "", "is nested too deeply, or no JSON", "check the file")]) from None
    return data


def _walk(here: object, path: str) -> Iterator[tuple[str, object]]:
    """Every value below, objects and lists before what they hold. What is null is not said at all."""
    if isinstance(here, dict):
        for key, value in here.items():
            if value is not None:
                below = f"{path}.{key}" if path else key
                yield below, value
                yield from _walk(value, below)
    elif isinstance(here, list):
        for at, value in enumerate(here):
            if value is not None:
                yield f"{path}[{at}]", value
                yield from _walk(value, f"{path}[{at}]")


def _fits(value: object, wanted: str) -> bool:
    return isinstance(value, _PYTHON[wanted]) and (wanted == "boolean" or not isinstance(value, bool))


def _general(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)
