"""Which stored things hold the visitor's choice itself: a refusal has to be remembered somewhere."""

from collections import defaultdict
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
    """What a press stored under a name that says so; and what several presses stored, and is no identifier.

    Where one thing is another after a "no" than after a "yes", that is the record, and what is the same after both
    tells nothing of the choice: a tracking cookie that comes with every press, unless its name says it is a note.
    """
    pressed = (walk.choice.stored for walk in seen.walks if walk.choice is not None and walk.choice.done)
    stored = [_own(one, catalogue) for one in pressed]
    named = {name for own in stored for name in own if named_like("names.consent", name[1])}
    marks: dict[Name, list[str]] = defaultdict(list)
    for own in stored:
        for name, one in own.items():
            if one.shape in _CHOICES and not named_like("names.person", name[1]):
                marks[name].append(one.mark)
    # After one press alone there is nothing to compare with.
    several = {name: met for name, met in marks.items() if len(met) > 1 or len(stored) == 1}
    turned = {name for name, met in several.items() if len(set(met)) > 1}
    steady = {name for name in several if _is_note(name[1], alone=not named | turned)}
    return frozenset(named | turned | steady)


def _is_note(name: str, alone: bool) -> bool:
    """Whether what has the same value after every press only says that there was one."""
    return named_like("names.note", name) or (alone and not named_like("names.tracking", name))


def _own(stored: Iterable[Stored], catalogue: Catalogue) -> dict[Name, Stored]:
    """The site's own, without what the catalogue knows to track."""
    return {(one.kind, one.name): one for one in stored if not one.third_party and not _is_tracking(one, catalogue)}


def _is_tracking(stored: Stored, catalogue: Catalogue) -> bool:
    known = catalogue.stored(stored.kind, stored.name, stored.host)
    return known is not None and known.category in _TRACKING
