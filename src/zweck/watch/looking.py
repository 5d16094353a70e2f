"""The real looker: one audit through the eye. The only place of this room that knows how an audit is made."""

from zweck.eye.errors import CannotLook
from zweck.watch.values import Looked, Wanted


def look(wanted: Wanted) -> Looked:
    """Audit a site once. Raises CannotLook, and PolicyErrors for a policy that can no longer be read."""
    raise CannotLook(f"{wanted.url}: this version cannot look by itself yet")
