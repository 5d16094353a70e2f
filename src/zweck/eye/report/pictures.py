"""The pictures of a report: each shown once, all together within what the file may weigh."""

from base64 import b64encode
from collections.abc import Mapping

from zweck.eye.report.markup import Html, tag
from zweck.eye.report.texts import Texts

_KINDS = {b"RIFF": "webp", b"\x89PNG": "png", b"\xff\xd8\xff\xe0": "jpeg"}


class Album:
    """Hands out figures until its budget is used up."""

    def __init__(self, pictures: Mapping[str, bytes], budget_bytes: int, texts: Texts) -> None:
        """`budget_bytes`: of all pictures as they stand in the file, where four characters carry three bytes."""
        self._pictures, self._left, self._texts = pictures, budget_bytes, texts
        self._numbers: dict[str, int] = {}
        self._missing: set[str] = set()

    @property
    def left_out(self) -> int:
        """How many pictures were asked for that did not fit."""
        return len(self._missing)

    def figure(self, key: str, caption: str) -> Html | None:
        """A picture with its caption; a reference where it was shown before; None where there is none, or no room."""
        if key in self._numbers:
            text = self._texts.say("report.see_figure", n=self._numbers[key])
            return tag("p", tag("a", text, href=f"#figure-{self._numbers[key]}"), class_="see")
        address = self._address(key)
        if address is None:
            return None
        number = self._numbers[key] = len(self._numbers) + 1
        said = tag("figcaption", tag("b", self._texts.say("report.figure", n=number)), " ", caption)
        return tag("figure", tag("img", src=address, alt=caption), said, id=f"figure-{number}")

    def _address(self, key: str) -> Html | None:
        picture = self._pictures.get(key, b"")
        kind = next((kind for head, kind in _KINDS.items() if picture.startswith(head)), None)
        if kind is None:
            return None
        weight = -(-len(picture) // 3) * 4
        if weight > self._left:
            self._missing.add(key)
            return None
        self._left -= weight
        return Html(f"data:image/{kind};base64,{b64encode(picture).decode()}")
