"""Stands in for `editions.acts` until that lands; goes with the rebase."""

from datetime import datetime


def take_up(_now: datetime) -> None:
    """Nothing to take up."""


def sites() -> tuple[str, ...]:
    """One."""
    return ("reference",)


def site_for(host: str) -> str | None:
    """Loopback only."""
    return "reference" if host in ("127.0.0.1", "localhost", "[::1]") else None
