"""The report for programs: everything that was seen and found, as versioned JSON."""

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime

from zweck.eye.report.audited import Audited
from zweck.eye.report.texts import Texts
from zweck.eye.values import Finding
from zweck.policy.words import languages

VERSION = 1
# What a terminal would obey, what turns the direction of reading, and halves of pairs no file can hold.
_TELLING = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]")
# A page's whole text is somebody's work, and large; how long it was is told.
_LONG = "text"
_PAGE_FIELDS = frozenset({"url", "status", "landed"})


def as_json(audited: Audited, pictures: bool = False) -> str:
    """Everything, in a stable order. `pictures`: whether to put them in, as Base64."""
    seen = audited.seen
    texts = {language: Texts(language) for language in languages()}
    said: dict[str, object] = {
        "zweck-audit": VERSION,
        "url": seen.url,
        "began_at": seen.began_at.isoformat(),
        "ended_at": seen.ended_at.isoformat(),
        "browser": seen.browser,
        "sandboxed": seen.sandboxed,
        "partly": sorted(seen.partly),
        "policy": audited.policy_name,
        "statement": audited.statement_name,
        "summary": {
            "findings": len(audited.found),
            "notes": len(audited.notes),
            "codes": dict(sorted(Counter(one.code for one in audited.found).items())),
        },
        "findings": [_finding(one, texts) for one in audited.findings],
        "walks": _plain(seen.walks),
        "skipped": _plain(seen.skipped),
    }
    if pictures:
        said["pictures"] = {key: b64encode(seen.pictures[key]).decode() for key in sorted(seen.pictures)}
    return _TELLING.sub(_escaped, json.dumps(said, ensure_ascii=False, indent=1)) + "\n"


def _finding(finding: Finding, texts: Mapping[str, Texts]) -> dict[str, object]:
    said = {"id": finding.id, **_fields(finding)}
    said["texts"] = {language: _fields(known.told(finding)) for language, known in texts.items()}
    return said


def _plain(value: object) -> object:
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


def _fields(value: object) -> dict[str, object]:
    """A dataclass as a dictionary; of a page's text only how many characters it has."""
    names = [one.name for one in fields(value)]  # type: ignore[arg-type]  # a dataclass, by its callers
    said = {name: _plain(getattr(value, name)) for name in names}
    if _LONG in said and said.keys() >= _PAGE_FIELDS:
        said["text_characters"] = len(str(said.pop(_LONG)))
    return said


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
