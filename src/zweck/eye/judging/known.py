"""What judging asks of a catalogue of services."""

from collections.abc import Collection, Mapping
from typing import Protocol


class Service(Protocol):
    """Something that sites build in, and who runs it. Fields nobody could vouch for are empty.

    `in_union`: the provider's company for people in the Union, where that is another one.
    """

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def in_union(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def hosts(self) -> Collection[str]: ...
    @property
    def url(self) -> str: ...


class Known(Protocol):
    """What is known of one stored thing. `operator`: the operator's own file says so."""

    @property
    def service(self) -> Service: ...
    @property
    def category(self) -> str: ...
    @property
    def lifetime_days(self) -> int | None: ...
    @property
    def operator(self) -> bool: ...


class Catalogue(Protocol):
    """Whose a stored thing or a host is."""

    @property
    def services(self) -> Mapping[str, Service]: ...
    def stored(self, kind: str, name: str, host: str, /) -> Known | None: ...
    def at(self, host: str, /) -> Service | None: ...
