"""A request's arguments checked against the types of the function that takes them."""

from __future__ import annotations

import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from NEMOPETLib.errors import InputError

_SIMPLE: dict[Any, tuple[type | tuple[type, ...], str]] = {
    str: (str, "text"),
    bool: (bool, "true or false"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
}


def bind(verb: str, function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments for a verb's function, each converted to its type.

    Known types: ``str``, ``bool``, ``int``, ``float``, ``Path`` (absolute), ``Literal`` of texts, ``list[…]``,
    ``dict[str, …]``, ``Any``, any of them ``| None``, and one of them or an object. An argument that is null counts
    as not given.

    Raises
    ------
    InputError
        If one is unknown, missing, or not of its type; it names the argument.
    """
    types_of = typing.get_type_hints(function)
    expected = {
        name: one for name, one in inspect.signature(function).parameters.items() if one.kind is one.KEYWORD_ONLY
    }
    unknown = [name for name in given if name not in expected]
    if unknown:
        known = ", ".join(expected) or "none"
        raise InputError(f"{verb}: unknown argument {', '.join(unknown)}: the known ones are {known}")
    bound = {}
    for name, parameter in expected.items():
        if given.get(name) is not None:
            bound[name] = _converted(f"{verb}: argument {name}", types_of[name], given[name])
        elif parameter.default is inspect.Parameter.empty:
            raise InputError(f"{verb}: argument {name} is missing")
    return bound


def _converted(what: str, wanted: Any, value: Any) -> Any:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        fitting = [each for each in inner if each is not type(None)]
        objects = [each for each in fitting if (get_origin(each) is dict) == isinstance(value, dict)]
        return _converted(what, (objects or fitting)[0], value)
    if origin is Literal:
        if value not in inner:
            raise InputError(f"{what} is {value!r}: it must be one of {', '.join(inner)}")
        return value
    if origin is list:
        if not isinstance(value, list):
            raise InputError(f"{what} must be a list")
        return [_converted(f"{what}, item {number}", inner[0], each) for number, each in enumerate(value, start=1)]
    if wanted is Any:
        return value
    if origin is dict:
        if not isinstance(value, dict):
            raise InputError(f"{what} must be an object")
        return {key: _converted(f"{what}, {key}", inner[1], each) for key, each in value.items()}
    if wanted is Path:
        return _path(what, value)
    return _simple(what, wanted, value)


def _simple(what: str, wanted: Any, value: Any) -> Any:
    kinds, name = _SIMPLE[wanted]
    fits = isinstance(value, kinds) and (wanted is bool or not isinstance(value, bool))
    if not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise InputError(f"{what} must be {name}")
    return float(value) if wanted is float else value


def _path(what: str, value: Any) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise InputError(f"{what} must be the path of a file or folder")
    path = Path(value)
    if not path.is_absolute():
        raise InputError(f"{what} must be an absolute path")
    return path
