"""What can go wrong with the catalogue.

EyeError
└── CatalogueRefused     a file of the operator's cannot be read as a catalogue, or cannot be kept
"""

from zweck.eye.errors import EyeError


class CatalogueRefused(EyeError):  # noqa: N818
    """A file cannot be read as a catalogue, or cannot be kept. The message says where, what and what would be right."""
