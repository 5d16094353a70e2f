"""Marks by which two values are told apart, and neither is kept. They mean nothing outside of this process."""

import secrets
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from playwright.async_api import Error, Page

_SALT = secrets.token_bytes(16)
_MARK_BYTES = 2  # enough to see that "yes" became "no"; too little to tell one visitor from another
_STORAGES = """() => [["local-storage", localStorage], ["session-storage", sessionStorage]]
  .flatMap(([kind, storage]) => Object.keys(storage).slice(0, 500).map((key) => [kind, key, `${storage[key]}`]))"""


async def marked(page: Page, stored: list[dict[str, Any]]) -> list[dict[str, Any]]:  # Any: JSON
    """Fields of values.Stored, each with the mark of the value that lies there now."""
    marks: dict[tuple[str, str], str] = {}
    with suppress(Error):
        for cookie in await page.context.cookies():
            marks["cookie", cookie.get("name", "")] = _mark(cookie.get("value", ""))
        for kind, key, value in await page.evaluate(_STORAGES):
            marks[kind, key] = _mark(value)
    return [one | {"mark": marks.get((one["kind"], one["name"]), "")} for one in stored]


def _mark(value: str) -> str:
    return blake2b(value.encode("utf-8", "replace"), key=_SALT, digest_size=_MARK_BYTES).hexdigest()
