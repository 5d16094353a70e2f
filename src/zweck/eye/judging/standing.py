"""Whether a thing may be there without consent, and how surely not.

First what the policy declares; else what the catalogue knows; else how the thing looks.
"""

from zweck.eye.judging.scene import Scene, Thing
from zweck.eye.judging.signs import named_like
from zweck.eye.values import Sure

_DAY = 86_400
# A session that outlives a month is one by name only.
_LONG_SESSION_DAYS = 30
_QUIET = frozenset({"essential", "consent"})
_KNOWN: dict[str, Sure] = {"statistics": "certain", "marketing": "certain", "media": "likely", "chat": "likely"}


def objection(thing: Thing, scene: Scene, refused: bool) -> Sure | None:
    """How surely the thing wants a consent that was not given; None = it may be there.

    `refused`: after a refusal or withdrawal; otherwise before any choice.
    """
    if thing.technology is not None:
        return None if scene.declared.is_unasked(thing.technology, refused) else "certain"
    if _is_choice(thing):
        return "hint" if thing.has_id and not refused else None
    if thing.is_asked:
        return _asked(thing, scene, refused)
    return _of_category(thing) if thing.category else _unknown(thing)


def _is_choice(thing: Thing) -> bool:
    """Whether it is the record of the visitor's choice."""
    if thing.is_asked or thing.category in _KNOWN:
        return False
    named = not thing.category and not thing.third_party and named_like("names.consent", thing.name)
    return thing.is_record or thing.category == "consent" or named


def _asked(thing: Thing, scene: Scene, refused: bool) -> Sure | None:
    if not thing.third_party:
        return None if _is_own_measurement(scene, refused) else "likely"
    if thing.category in _KNOWN:
        return _of_category(thing)
    if thing.recipient and scene.declared.employs_unasked(thing.recipient, refused):
        return None
    return _of_category(thing) if thing.category else "likely"


def _is_own_measurement(scene: Scene, refused: bool) -> bool:
    """Whether the policy declares that the site measures by itself, without asking."""
    measurement = scene.policy.systems.measurement if scene.policy else None
    if measurement is None or measurement.provider is not None or measurement.permission == "consent":
        return False
    by_purpose = measurement.purpose is None or scene.declared.serves_unasked(measurement.purpose, refused)
    return by_purpose and not (refused and measurement.permission == "opt-out")


def _of_category(thing: Thing) -> Sure | None:
    if thing.category in _QUIET:
        return None
    if thing.category in ("payment", "security"):
        return "hint" if thing.third_party else None
    if thing.category == "preferences":
        return _preference(thing)
    sure = _KNOWN.get(thing.category, "likely")
    return "likely" if thing.is_hearsay and sure == "certain" else sure


def _preference(thing: Thing) -> Sure | None:
    if thing.third_party:
        return "likely"
    return "hint" if thing.is_lasting and not named_like("names.technical", thing.name) else None


def _unknown(thing: Thing) -> Sure | None:
    """By its looks: who stores it, for how long, what it is called, and whether its value tells one from another."""
    if thing.third_party or named_like("names.tracking", thing.name):
        return "likely"
    if named_like("names.technical", thing.name):
        return None
    if named_like("names.session", thing.name):
        lasts = (thing.lifetime_seconds or 0) > _LONG_SESSION_DAYS * _DAY
        return "hint" if lasts and thing.has_id else None
    if thing.kind in ("cache", "service-worker"):  # copies of the site's own files
        return None
    if thing.is_lasting or thing.has_id:
        return "likely"
    return "hint" if thing.kind == "cookie" else None
