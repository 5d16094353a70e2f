"""Every neighbour of a policy: the same with one choice made otherwise, wherever its model leaves a choice."""

import copy
from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from zweck.policy.model import Policy

Path = tuple[str | int, ...]


def neighbours(policy: Policy) -> Iterator[Policy]:
    """Policies that differ from this one in a single choice, and are still policies."""
    plain = policy.model_dump()
    for path, value in _choices(policy, ()):
        other = copy.deepcopy(plain)
        _put(other, path, value)
        try:
            yield Policy.model_validate(other)
        except ValidationError:  # a choice that the model refuses is no neighbour
            continue


def _choices(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            held = getattr(value, name)
            if name != "says":  # another claim is another sentence, not a choice within this one
                yield from (((*path, name), other) for other in _others(field.annotation, held))
            yield from _choices(held, (*path, name))
    elif isinstance(value, dict | list):
        entries = list(value.items() if isinstance(value, dict) else enumerate(value))
        # The entries of a table are alike, and the first stands for all; claims and rights are each of their own kind.
        for key, held in entries if path[-1] in ("claims", "granted") else entries[:1]:
            yield from _choices(held, (*path, key))


def _others(annotation: Any, held: object) -> Iterator[object]:  # Any: what typing makes of an annotation
    if annotation is bool:
        yield not held
    elif get_origin(annotation) is Literal:
        yield from (other for other in get_args(annotation) if other != held)
    elif get_origin(annotation) is list:
        yield []
        yield from ([other] for kind in get_args(annotation) for other in _others(kind, None))
    else:
        for kind in get_args(annotation):
            if kind is NoneType:
                yield None
            elif kind is bool or get_origin(kind) is Literal:
                yield from _others(kind, held)


def _put(tree: Any, path: Path, value: object) -> None:  # Any: plain data of a policy
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value
