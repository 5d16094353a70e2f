"""Where each key of a policy file stands: an index from key path to line.

tomllib tells no positions, and a message without a line sends a reader hunting. The scanner runs only over sources
that tomllib has already accepted, so it may assume a well-formed document and stays small.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Step = str | int
Path = tuple[Step, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_VOID = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")  # white space, line ends and comments
_ATOM = re.compile(r"[^,\]}#\n]*")  # a number, a truth, a date
_BASIC = re.compile(r'"(?:[^"\\\n]++|\\.)*+"')
_LITERAL = re.compile(r"'[^'\n]*'")
# The body may end in one or two quotes of its own, directly before the closing three.
_BASIC_BLOCK = re.compile(r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}', re.DOTALL)
_LITERAL_BLOCK = re.compile(r"'''(?:[^']++|'(?!''))*+'{3,5}", re.DOTALL)
_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|\[(\d+)\]|([^.\["]+)')


def spell(path: Iterable[Step]) -> str:
    """A path as people read it: `claims[2].says`. Indices count from 0; keys that would mislead are quoted."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words.append(f"[{step}]")
        else:
            plain = step if _BARE.fullmatch(step) else '"' + step.replace("\\", "\\\\").replace('"', '\\"') + '"'
            words.append(f".{plain}" if words else plain)
    return "".join(words)


def steps(path: str) -> Path:
    """The steps of a spelt path: the inverse of `spell`."""
    return tuple(
        int(index) if index else re.sub(r"\\(.)", r"\1", quoted) if plain == "" else plain
        for quoted, index, plain in _STEP.findall(path)
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of every key of one file."""

    at: Mapping[Path, int]

    def of(self, path: str | Sequence[Step]) -> int:
        """The line of a key, counted from 1; of its nearest parent where the key itself is not written."""
        here = steps(path) if isinstance(path, str) else tuple(path)
        while here and here not in self.at:
            here = here[:-1]
        return self.at.get(here, 1)


def index(text: str) -> Lines:
    """The index of a source that tomllib accepts."""
    return Lines(_Scanner(text.replace("\r\n", "\n")).scan())


class _Scanner:
    """One walk over one source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.at: dict[Path, int] = {}
        self.rows: dict[Path, int] = {}  # tables seen so far in an array of tables

    def scan(self) -> dict[Path, int]:
        """The whole document."""
        table: Path = ()
        self._skip(_VOID)
        while self.position < len(self.text):
            if self.text[self.position] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_VOID)
        return self.at

    def _header(self) -> Path:
        line, array = self._line(), self.text.startswith("[[", self.position)
        self.position += 2 if array else 1
        *parents, last = self._key()
        path: Path = ()
        for key in parents:
            path = self._newest((*path, key), line)
        path = (*path, last)
        if array:
            self.rows[path] = self.rows.get(path, -1) + 1
        path = self._newest(path, line)
        self.position += 2 if array else 1
        return path

    def _newest(self, path: Path, line: int) -> Path:
        """Note the path; inside an array of tables, step into the table written last."""
        self.at.setdefault(path, line)
        if path in self.rows:
            path = (*path, self.rows[path])
            self.at.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        for key in self._key():
            table = (*table, key)
            self.at.setdefault(table, line)
        self.position += 1  # the equals sign
        self._value(table)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            quote = self.text[self.position]
            if quote in "\"'":
                raw = self._take(_BASIC if quote == '"' else _LITERAL)
                parts.append(str(tomllib.loads(f"key = {raw}")["key"]))
            else:
                parts.append(self._take(_BARE))
            self._skip(_BLANK)
            if self.text[self.position] != ".":
                return parts
            self.position += 1

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        rest = self.text[self.position : self.position + 3]
        if rest.startswith("["):
            self._array(path)
        elif rest.startswith("{"):
            self._inline(path)
        elif rest.startswith('"'):
            self._skip(_BASIC_BLOCK if rest == '"""' else _BASIC)
        elif rest.startswith("'"):
            self._skip(_LITERAL_BLOCK if rest == "'''" else _LITERAL)
        else:
            self._skip(_ATOM)

    def _array(self, path: Path) -> None:
        count = 0
        while not self._closes("]"):
            self.at.setdefault((*path, count), self._line())
            self._value((*path, count))
            count += 1

    def _inline(self, path: Path) -> None:
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Step over the opening bracket or a comma; whether the closing bracket follows."""
        self._skip(_VOID)
        if self.text[self.position] != bracket:
            self.position += 1
            self._skip(_VOID)
        if self.text[self.position] == bracket:
            self.position += 1
            return True
        return False

    def _line(self) -> int:
        return bisect_right(self.starts, self.position)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()

    def _take(self, pattern: re.Pattern[str]) -> str:
        start = self.position
        self._skip(pattern)
        return self.text[start : self.position]
