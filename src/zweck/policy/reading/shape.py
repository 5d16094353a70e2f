"""The shape of a declaration: which keys a table takes, and where texts stand. Read off the model's own types."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin  # Any: a type annotation is not a type of its own

from pydantic import BaseModel

from zweck.policy.model import Policy
from zweck.policy.reading.lines import Path, Step
from zweck.policy.texts import Text


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that the table at this path takes; empty where there is no such table, or any id may stand."""
    here: Any = Policy  # see the import
    for step in path:
        here = plain(_below(here, step))
    return tuple(here.model_fields) if is_table(here) else ()


def texts_in(data: Mapping[str, object]) -> Iterator[tuple[Path, Mapping[str, object]]]:
    """Every text that is given per language, with its path."""
    return _texts(Policy, data, ())


def _texts(shape: object, value: object, path: Path) -> Iterator[tuple[Path, Mapping[str, object]]]:
    shape = plain(shape)
    if not _has_texts(shape):
        return
    if shape == Text:
        if isinstance(value, Mapping):
            yield path, value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _texts(_below(shape, key), below, (*path, key))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _texts(_below(shape, place), below, (*path, place))


@cache
def _has_texts(shape: Any) -> bool:  # Any: see the import
    """Whether a text can stand anywhere below; spares the walk through the rest."""
    shape = plain(shape)
    if shape == Text:
        return True
    if is_table(shape):
        return any(_has_texts(field.annotation) for field in shape.model_fields.values())
    return any(_has_texts(part) for part in get_args(shape) if get_origin(shape) in (dict, list))


def _below(shape: Any, step: Step) -> object:  # Any: see the import
    shape = plain(shape)
    if is_table(shape):
        field = shape.model_fields.get(str(step))
        return field.annotation if field else None
    if get_origin(shape) in (dict, list):
        return get_args(shape)[-1]
    return None


def plain(shape: Any) -> Any:  # Any: see the import
    """The annotation without `Annotated` and without `| None`."""
    if get_origin(shape) is Annotated:
        return plain(get_args(shape)[0])
    if get_origin(shape) in (Union, UnionType) and NoneType in get_args(shape):
        rest = [part for part in get_args(shape) if part is not NoneType]
        return Union[tuple(rest)]  # noqa: UP007  (the parts are only known here)
    return shape


def is_table(shape: Any) -> bool:  # Any: see the import
    """Whether an annotation is a table of the file."""
    return isinstance(shape, type) and issubclass(shape, BaseModel)
