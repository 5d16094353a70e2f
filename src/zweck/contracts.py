"""Two kinds of import contract of our own, beside those import-linter brings; `contracts.ini` states them all.

The contracts are evidence as well as hygiene: "never logged" and "sent to nobody" rest half on what a room cannot
import. So they ship with the product, and a proof runs them on the installed tree.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "zweck"


def room_of(module: str) -> str:
    """The room a module lies in; a module at the top is a room of its own, and what is foreign is in none."""
    root, _, path = module.partition(".")
    return path.partition(".")[0] if root == ROOT else ""


class _Lines(Contract):
    """A contract that names the offending lines; a subclass finds them."""

    @abstractmethod
    def offences(self, graph: ImportGraph) -> Iterator[str]:
        """One line for each import that breaks the contract."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Kept where no line offends."""
        found = sorted(self.offences(graph))
        return ContractCheck(kept=not found, metadata={"offences": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the offending lines."""
        for line in check.metadata["offences"]:
            output.print_error(line, bold=False)


class Doors(_Lines):
    """From outside a room only its doors are imported.

    `doors`: module names that are open in every room. `also`: further open modules, as room.module.
    `libraries`: rooms that are open altogether. `wiring`: modules at the top that must reach inside.
    """

    type_name = "doors"

    doors = fields.SetField(subfield=fields.StringField())
    also = fields.SetField(subfield=fields.StringField(), required=False, default=())
    libraries = fields.SetField(subfield=fields.StringField(), required=False, default=())
    wiring = fields.SetField(subfield=fields.StringField(), required=False, default=())

    def offences(self, graph: ImportGraph) -> Iterator[str]:
        """Imports past a door."""
        open_everywhere, also = _texts(self.doors), _texts(self.also)
        libraries, wiring = _texts(self.libraries), _texts(self.wiring)
        for imported in graph.modules:
            room, _, inside = imported.removeprefix(f"{ROOT}.").partition(".")
            door = inside.partition(".")[0]
            if not inside or room in libraries or door in open_everywhere or f"{room}.{door}" in also:
                continue
            for importer in graph.find_modules_that_directly_import(imported):
                if room_of(importer) not in {room, *wiring}:
                    yield from _lines(graph, importer, imported)


class Connecting(_Lines):
    """Only the named rooms import what connects to the outside. `modules`: lines of `module: room room`.

    Import graphs know foreign modules by their first name only, so the rest is read from the import's own line.
    """

    type_name = "connecting"

    modules = fields.ListField(subfield=fields.StringField())

    def offences(self, graph: ImportGraph) -> Iterator[str]:
        """Imports of a connecting module in a room that may not."""
        for entry in _texts(self.modules):
            module, _, rooms = entry.partition(":")
            top, _, inner = module.partition(".")
            if top not in graph.modules:
                continue
            named = re.compile(rf"\b{top}(\.| import\b.*\b){inner}\b" if inner else top)
            for importer in graph.find_modules_that_directly_import(top):
                if room_of(importer) not in rooms.split():
                    yield from (line for line in _lines(graph, importer, top) if named.search(line.partition(": ")[2]))


def _texts(field: object) -> tuple[str, ...]:
    """What a field holds after parsing; import-linter declares it as the field itself."""
    return tuple(cast(Iterable[str], field))


def _lines(graph: ImportGraph, importer: str, imported: str) -> Iterator[str]:
    for detail in graph.get_import_details(importer=importer, imported=imported):
        yield f"{importer}:{detail['line_number']}: {detail['line_contents']}"
