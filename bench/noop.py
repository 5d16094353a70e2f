"""The least a server can do: the baseline of everything that is served."""

from collections.abc import Callable

BODY = b"nothing\n" * 1800  # as many bytes as the statement page has, compressed


def application(_environ: dict[str, object], start: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
    """Answer at once."""
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
