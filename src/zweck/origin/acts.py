"""What others may ask of this room."""

from zweck.origin.cut import NOWHERE, cut, cut_further, plainly
from zweck.origin.finding import DOCUMENTATION, NOTHING, Tells, in_use, use, whence
from zweck.origin.foreign import Foreign, packable
from zweck.origin.shelf import BUNDLED, chosen, opened
from zweck.origin.table import description, in_memory, mapped, packed, unpack

__all__ = [
    "BUNDLED",
    "DOCUMENTATION",
    "NOTHING",
    "NOWHERE",
    "Foreign",
    "Tells",
    "chosen",
    "cut",
    "cut_further",
    "description",
    "in_memory",
    "in_use",
    "mapped",
    "opened",
    "packable",
    "packed",
    "plainly",
    "unpack",
    "use",
    "whence",
]
