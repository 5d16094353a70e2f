"""The first policy of a site: a commented starter with what we can know filled in, and the rest asked."""

import re
from collections.abc import Sequence
from pathlib import Path

from zweck.policy.errors import NewRefused
from zweck.policy.load import loads
from zweck.policy.writing.sheet import quoted

_STARTER = Path(__file__).parents[1] / "starter.toml"
_TEXT = re.compile(r'\{ de = ("[^"]*"), en = ("[^"]*") \}')


def new(site: str, name: str, languages: Sequence[str]) -> str:
    """A starter policy. Raises PolicyErrors when the site id or a language cannot be taken.

    A language that the starter does not speak gets the English text, marked to be translated.
    """
    rows = _STARTER.read_text(encoding="utf-8").splitlines()
    source = "\n".join(_in_languages(row, languages) for row in rows) + "\n"
    source = _set(source, "site", quoted(site))
    source = _set(source, "name", quoted(name))
    source = _set(source, "languages", "[" + ", ".join(quoted(language) for language in languages) + "]")
    loads(source.encode(), "starter")
    return source


def write_new(file: Path, source: str) -> None:
    """Write a starter into a file that does not exist yet. Raises NewRefused otherwise, and when it cannot."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(source)
    except FileExistsError:
        raise NewRefused(f"{file}: exists already, and is left as it is; choose another name") from None
    except OSError as refused:
        raise NewRefused(f"{file}: cannot be written ({refused.strerror}); choose another folder") from None


def _in_languages(row: str, languages: Sequence[str]) -> str:
    found = _TEXT.search(row)
    if found is None:
        return row
    spoken = {"de": found[1], "en": found[2]}
    if len(languages) == 1 and languages[0] in spoken:
        return row.replace(found[0], spoken[languages[0]])
    texts = ", ".join(f"{language} = {spoken.get(language, found[2])}" for language in languages)
    missing = [language for language in languages if language not in spoken]
    mark = f"  # ? translate: {', '.join(missing)}" if missing else ""
    return row.replace(found[0], f"{{ {texts} }}") + mark


def _set(source: str, key: str, value: str) -> str:
    """The source with another value for a key of its head."""
    return re.sub(rf"^{key} = .*$", lambda _: f"{key} = {value}", source, count=1, flags=re.MULTILINE)
