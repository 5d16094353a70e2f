"""What a mail says: the paragraphs of a template, filled, as HTML and as text.

In the words a paragraph may hold parameters, and links as `[label]({name})`. A paragraph that is nothing but a link
becomes a button. Whatever fills a parameter is text and stays text: it can neither bring markup nor a header.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from zweck.disclosure.errors import BadLetter
from zweck.disclosure.letters.gaps import gap, solid
from zweck.policy.words import PARAMETER, NoWords, Words, words

_LINK = re.compile(r"\[([^\]]+)\]\(\{([a-z][a-z0-9_]*)\}\)")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a mail says. `html`: paragraphs, without the frame around them."""

    subject: str
    html: str
    text: str


def paper(template: str, language: str, values: Mapping[str, str | int], links: frozenset[str]) -> Paper:
    """A template's texts, filled. Raises BadLetter when texts or values are missing."""
    try:
        said = words(language)
        filled = {name: said.number(text) if isinstance(text, int) else solid(text) for name, text in values.items()}
        subject = said.say(f"mail.{template}.subject", **filled)
        paragraphs = [p for p in _list(said, template) if all(filled.get(name, "-") for name in PARAMETER.findall(p))]
        pairs = [_paragraph(p, filled, links) for p in paragraphs]
    except NoWords as missing:
        raise BadLetter(str(missing)) from None
    return Paper(subject, "\n".join(html for html, _ in pairs), "\n\n".join(text for _, text in pairs))


def has_texts(template: str, language: str) -> bool:
    """Whether the words have texts for a template."""
    return words(language).has(f"mail.{template}.text")


def _list(said: Words, template: str) -> Sequence[str]:
    found = said.texts.get(f"mail.{template}.text")
    if isinstance(found, list):
        return found
    raise NoWords(f"no list 'mail.{template}.text' in words/{said.language}.toml")


def _paragraph(template: str, values: Mapping[str, str], links: frozenset[str]) -> tuple[str, str]:
    button = _LINK.fullmatch(template)
    if button:
        label, target = _filled(button[1], values), _target(button[2], links)
        return f'<p><a class="button" href="{target}">{escape(label)}</a></p>', f"{label}:\n{target}"
    parts = list(_parts(template, values, links))
    html = "".join(html for html, _ in parts)
    return f"<p>{html}</p>", "".join(text for _, text in parts)


def _parts(template: str, values: Mapping[str, str], links: frozenset[str]) -> Iterator[tuple[str, str]]:
    """HTML and text of each stretch of a paragraph: text, label and name of a link in turn."""
    stretches = _LINK.split(template)
    for at in range(0, len(stretches), 3):
        text = _filled(stretches[at], values)
        yield escape(text).replace("\n", "<br>\n"), text
        if at + 2 < len(stretches):
            label, target = _filled(stretches[at + 1], values), _target(stretches[at + 2], links)
            yield f'<a href="{target}">{escape(label)}</a>', f"{label} ({target})"


def _filled(template: str, values: Mapping[str, str]) -> str:
    parts = PARAMETER.split(template)
    for name in parts[1::2]:
        if name not in values:
            raise NoWords(f"a text of the mail needs the parameter {{{name}}}")
    return "".join(part if at % 2 == 0 else values[part] for at, part in enumerate(parts))


def _target(name: str, links: frozenset[str]) -> str:
    if name not in links:
        raise NoWords(f"a text of the mail needs the link {{{name}}}")
    return gap(name)
