"""Which stored things hold the visitor's choice itself: a refusal has to be remembered somewhere."""

from collections import Counter
from collections.abc import Iterable

from zweck.eye.judging.known import Catalogue
from zweck.eye.judging.signs import named_like
from zweck.eye.values import Seen, Stored

Name = tuple[str, str]  # kind and name
# Categories of things that are never the record of a choice.
_TRACKING = frozenset({"statistics", "marketing", "media", "chat"})
# Shapes that can hold a choice and tell nobody from anybody; "" was stored in a way that did not show it.
_CHOICES = frozenset({"word", "number", "json", "text", "empty", ""})


def records(seen: Seen, catalogue: Catalogue) -> frozenset[Name]:
    """What a press stored under a name that says so; and what several presses stored, and is no identifier."""
    pressed = (walk.choice.stored for walk in seen.walks if walk.choice is not None and walk.choice.done)
    stored = [_own(one, catalogue) for one in pressed]
    named = (name for own in stored for name in own if named_like("names.consent", name[1]))
    wordlike = Counter(name for own in stored for name, one in own.items() if one.shape in _CHOICES)
    return frozenset((*named, *(name for name, times in wordlike.items() if times > 1)))


def _own(stored: Iterable[Stored], catalogue: Catalogue) -> dict[Name, Stored]:
    """The site's own, without what the catalogue knows to track."""
    return {(one.kind, one.name): one for one in stored if not one.third_party and not _is_tracking(one, catalogue)}


def _is_tracking(stored: Stored, catalogue: Catalogue) -> bool:
    known = catalogue.stored(stored.kind, stored.name, stored.host)
    return known is not None and known.category in _TRACKING
