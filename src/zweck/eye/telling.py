"""Makes values of what the browser's process says in JSON."""

from collections.abc import Mapping
from typing import Any

from zweck.eye.values import (
    Banner,
    Box,
    Button,
    Choice,
    Field,
    Form,
    Link,
    Print,
    Request,
    Stored,
    Violation,
    Visit,
)

Said = Mapping[str, Any]  # Any: JSON


def visit_of(said: Said) -> Visit:
    """One opened page."""
    return Visit(
        url=said["url"],
        status=said["status"],
        headers=said["headers"],
        requests=tuple(_request(one) for one in said["requests"]),
        violations=tuple(Violation(**one) for one in said["violations"]),
        storage=tuple(said["storage"]),
        focus=tuple(tuple(names) for names in said["focus"]),
        landed=said["landed"],
        title=said["title"],
        language=said["language"],
        stored=tuple(stored_of(one) for one in said["stored"]),
        refused=tuple(stored_of(one) for one in said["refused"]),
        prints=tuple(Print(one["script"], tuple(one["reads"]), one["sends"]) for one in said["prints"]),
        forms=tuple(_form(one) for one in said.get("forms", ())),
        links=tuple(Link(**one) for one in said.get("links", ())),
        boxes=tuple(Box(**one) for one in said.get("boxes", ())),
        banner=_banner(said["banner"]) if said.get("banner") else None,
        text=said.get("text", ""),
        trouble=said["trouble"],
        picture=said["picture"],
    )


def choice_of(said: Said) -> Choice:
    """What came of pressing."""
    return Choice(
        wanted=said["wanted"],
        done=said["done"],
        path=tuple(said["path"]),
        why_not=said["why_not"],
        picture=said.get("picture", ""),
        stored=tuple(stored_of(one) for one in said["stored"]),
        requests=tuple(_request(one) for one in said["requests"]),
    )


def stored_of(said: Said) -> Stored:
    """Something on the device."""
    return Stored(**said)


def _request(said: Said) -> Request:
    return Request(**{**said, "query": tuple(said["query"])})


def _form(said: Said) -> Form:
    return Form(**{**said, "fields": tuple(Field(**one) for one in said["fields"])})


def _banner(said: Said) -> Banner:
    buttons = {name: Button(**said[name]) if said.get(name) else None for name in ("accept", "refuse", "settings")}
    boxes = tuple(Box(**one) for one in said.get("boxes", ()))
    return Banner(**{**said, **buttons, "boxes": boxes, "links": tuple(said.get("links", ()))})
