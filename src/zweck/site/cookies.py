"""Set-Cookie headers that another room wrote in full."""

from collections.abc import Container, Iterable
from http.cookies import Morsel

from django.http import HttpResponse


class Whole(Morsel[str]):
    """A finished Set-Cookie header; Django would build its own, and knows one per name."""

    def __init__(self, header: str) -> None:
        super().__init__()
        name, _, value = header.partition(";")[0].partition("=")
        self.set(name.strip(), value, value)
        self._header = header

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802  (its name in the standard library)
        """The header's value."""
        return self._header


def set_whole(response: HttpResponse, headers: Iterable[str]) -> None:
    """Add finished headers, several of one name included: a cookie is deleted at the host and at its parent domain."""
    for header in headers:
        # Under a key of its own: by its name, the second would take the first one's place.
        dict.__setitem__(response.cookies, f"{len(response.cookies)}", Whole(header))
