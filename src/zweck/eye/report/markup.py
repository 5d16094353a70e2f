"""HTML from parts that are escaped unless they are HTML already."""

from collections.abc import Iterable
from html import escape

from zweck.eye.report.visible import visible

_LONG = 4000
_EMPTY = frozenset({"img", "meta", "br"})


class Html(str):
    """Markup, as opposed to text that has yet to be escaped and made visible."""

    __slots__ = ()


Part = str | None


def tag(name: str, /, *inside: Part, **attributes: str | int | bool | None) -> Html:
    """An element. `class_` and `data_label` become `class` and `data-label`; what is None or False is left out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value not in (None, False))
    if name in _EMPTY:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{together(inside)}</{name}>")


def together(parts: Iterable[Part], between: str = "") -> Html:
    """Parts one after the other."""
    return Html(between.join(_part(part) for part in parts if part is not None))


def _part(part: str) -> str:
    return part if isinstance(part, Html) else escape(visible(part, _LONG), quote=False)


def _attribute(key: str, value: str | int | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{value if isinstance(value, Html) else escape(visible(str(value), _LONG))}"'
