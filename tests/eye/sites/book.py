"""Reading a site from a text file, in which every answer of its server stands as it goes over the line.

    ### GET /path if Cookie: choice=no
    Status: 302
    Location: /elsewhere

    the body, up to the next line with ###

The first answer that fits is given. `if NAME: TEXT` asks for a header that holds the text; `if Body: TEXT` for a body
that does, `if Query: TEXT` for a query. `THIRD` before the method makes it an answer of the other party. `{here}` is
the site's own origin, `{third}` the other party's, and `{other}` the same party under the site's own host name.
"""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = re.compile(r"^### (?P<third>THIRD )?(?P<method>[A-Z]+) (?P<path>\S+)(?: if (?P<name>[\w-]+): (?P<text>.+))?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the server got it. `path` is without its query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str = ""
    third: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. A header may come several times."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _Written:
    """An answer as written, and what it is the answer to."""

    method: str
    path: str
    third: bool
    condition: tuple[str, str] | None
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def fits(self, asked: Asked) -> bool:
        method = "GET" if asked.method == "HEAD" else asked.method
        return (self.method, self.path, self.third) == (method, asked.path, asked.third) and self._holds(asked)

    def _holds(self, asked: Asked) -> bool:
        if self.condition is None:
            return True
        name, text = self.condition
        said = {"Body": asked.body, "Query": asked.query}.get(name) or asked.headers.get(name) or ""
        return text in said


@dataclass(frozen=True, slots=True)
class Book:
    """Every answer of one site, in order."""

    answers: tuple[_Written, ...] = field(default=())

    def answer(self, asked: Asked, names: Mapping[str, str]) -> Answer | None:
        """The first that fits, with its names filled in; None = nothing is written for it."""
        found = next((written for written in self.answers if written.fits(asked)), None)
        if found is None:
            return None
        headers = tuple((name, _fill(value, names)) for name, value in found.headers)
        return Answer(found.status, headers, _fill(found.body, names).encode())


def read(path: Path) -> Book:
    """The site in a file. Raises ValueError at a line that begins an answer and cannot be read."""
    return Book(tuple(_written(part) for part in re.split(r"^(?=### )", path.read_text(), flags=re.M) if part.strip()))


def _written(part: str) -> _Written:
    first, _, rest = part.partition("\n")
    head = _HEAD.match(first)
    if head is None:
        raise ValueError(f"not an answer: {first}")
    before, _, body = rest.partition("\n\n") if not rest.startswith("\n") else ("", "", rest[1:])
    lines = [line.partition(":") for line in before.splitlines() if line]
    headers = [(name, value.strip()) for name, _, value in lines]
    status = next((int(value) for name, value in headers if name == "Status"), 200)
    kept = tuple(header for header in headers if header[0] != "Status")
    if not any(name == "Content-Type" for name, _ in kept):
        kept = (*kept, ("Content-Type", _kind(head["path"])))
    condition = (head["name"], head["text"]) if head["name"] else None
    return _Written(head["method"], head["path"], bool(head["third"]), condition, status, kept, body)


def _kind(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "text/html"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _fill(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
