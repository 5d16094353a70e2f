"""The forms of a page: each button with what a browser would send on pressing it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_BUTTONS = frozenset({"submit", "image"})


@dataclass(frozen=True, slots=True)
class Button:
    """A button, where its form goes, and all fields that go with it."""

    text: str
    action: str
    method: str
    fields: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[dict[str, str], list[str]]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = _Form(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and tag == "button" and has.get("type", "submit") == "submit":
            self._text = []
            self._form.buttons.append((has, self._text))
        elif self._form is not None and tag == "input":
            self._note(self._form, has)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "button":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    @staticmethod
    def _note(form: _Form, has: dict[str, str]) -> None:
        kind = has.get("type", "text").lower()
        if kind in _BUTTONS:
            form.buttons.append((has, [has.get("value", "")]))
        elif has.get("name") and (kind not in ("checkbox", "radio") or "checked" in has):
            form.fields.append((has["name"], has.get("value", "on" if kind == "checkbox" else "")))


def buttons_of(text: str) -> tuple[Button, ...]:
    """All buttons that send a form, in the order of the page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return tuple(
        Button(
            " ".join("".join(said).split()),
            has.get("formaction", form.action),
            has.get("formmethod", form.method).lower(),
            (*form.fields, *([(has["name"], has.get("value", ""))] if has.get("name") else [])),
        )
        for form in reader.forms
        for has, said in form.buttons
    )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[str]]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append((href, []))
            self._is_inside = True

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag != "a"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found[-1][1].append(data)


def links_of(text: str) -> tuple[tuple[str, str], ...]:
    """All links: what each says, and where it leads."""
    reader = _Links()
    reader.feed(text)
    reader.close()
    return tuple((" ".join("".join(said).split()), href) for href, said in reader.found)
