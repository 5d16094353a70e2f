"""Gives what a page answered the shape it was asked for: a hostile page may have changed everything a script stands on.

A shape is a number (text of at most so many characters), `bool`, `int`, `float`, `{name: shape}`, `[shape, most]` (a
list of at most so many), or `(shape,)`, which may be None. What is otherwise becomes "", False, 0, [] or None.
"""

from typing import Any

Shape = Any  # Any: recursive, see above

_MOST = 10**9


def fitted(said: object, shape: Shape) -> Any:  # Any: JSON of that shape
    """What was said, in that shape."""
    if isinstance(shape, dict):
        given = said if isinstance(said, dict) else {}
        return {name: fitted(given.get(name), one) for name, one in shape.items()}
    if isinstance(shape, list):
        one, most = shape
        return [fitted(each, one) for each in said[:most]] if isinstance(said, list) else []
    if isinstance(shape, tuple):
        return fitted(said, shape[0]) if isinstance(said, dict) else None
    if isinstance(shape, int):
        return said[:shape] if isinstance(said, str) else ""
    if shape is bool:
        return said is True
    return shape(said) if _is_number(said) else shape(0)


def _is_number(said: object) -> bool:
    return isinstance(said, int | float) and abs(said) <= _MOST  # no number at all (NaN) is not
