"""What tomllib says about a file that is no TOML, in our words and with a line that can be jumped to."""

import re
from collections.abc import Mapping

from zweck.policy.errors import PolicyError

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# How tomllib's message begins -> what is wrong, what would be right.
SAID: Mapping[str, tuple[str, str]] = {
    "Expected '=' after a key": ("a key has no value", "write `key = value`"),
    "Expected newline or end of document": ("more follows where the line should end", "begin a new line"),
    "Expected ']' at the end of a table": ("a table header is not closed", "write `[name]` on a line of its own"),
    "Expected ']]' at the end of an array": ("a table header is not closed", "write `[[name]]` on a line of its own"),
    "Unclosed array": ("a list is not closed", "put commas between its items and end it with `]`"),
    "Unclosed inline table": ("a table in braces is not closed", "write `{ key = value, … }` on one line"),
    "Unterminated string": ("text in quotes is not closed", "end it with the quote it began with"),
    "Illegal character '\\n'": ("text in quotes runs over the end of the line", "close it, or use three quotes"),
    "Found invalid character": ("a control character stands in the file", "delete it"),
    "Illegal character": ("a control character stands in the file", "delete it"),
    "Unescaped '\\'": ("a backslash begins nothing known", "write `\\\\`, or use single quotes"),
    "Invalid hex value": ("a character code is not hexadecimal", "write `\\u` and four hexadecimal digits"),
    "Escaped character": ("a character code names no character", "write the character itself"),
    "Invalid initial character": ("a key cannot begin so", "write letters, digits, - and _, or put it in quotes"),
    "Invalid date or datetime": ("this date does not exist", "write year-month-day, such as 2026-01-31"),
    "Invalid value": ("this is no value", "put text in quotes; write dates as 2026-01-31 and truths as true or false"),
    "Invalid statement": ("this is neither a key nor a table header", "write `key = value` or `[name]`"),
    "Expected ": ("text in quotes is not closed", "end it with the quotes it began with"),
}
TWICE = ("Cannot declare", "Cannot overwrite", "Cannot mutate", "Cannot redefine", "Duplicate inline table key")


def syntax_error(message: str, text: str, name: str) -> PolicyError:
    """The one error that a file without TOML syntax gets; nothing else can be said about it."""
    at = _AT.search(message)
    rows = text.rstrip().split("\n")
    at_end = not (at and at[1])
    line, column = (len(rows), len(rows[-1]) + 1) if at is None or at_end else (int(at[1]), int(at[2]))
    wrong, right = _said(message, rows[line - 1] if line <= len(rows) else "", at_end)
    return PolicyError(name, line, "", f"{wrong} (column {column})", right)


def _said(message: str, row: str, at_end: bool) -> tuple[str, str]:
    if message.startswith(TWICE):
        named = re.match(r"Duplicate inline table key '(.*?)'", message)
        key = named[1] if named else row.partition("=")[0].strip(" \t[]")
        return f"`{key}` is declared twice", "keep one of the two"
    if at_end and message.startswith("Invalid value"):
        return "a value is missing where the file ends", "write the rest, or remove the key"
    near = (said for start, said in SAID.items() if message.startswith(start))
    return next(near, ("this is not TOML", "see https://toml.io/en/v1.0.0"))
