"""Overrides as a panel sends them and as a row keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.lean_body_mass import Sex
from NEMOPETLib.studies.overrides import Overrides

_NUMBERS = ("weight_kg", "height_m", "dose_mbq")


def overrides_of(given: Mapping[str, Any]) -> Overrides:
    """What the panel gives by name; null is not given.

    Raises
    ------
    InputError
        If a name is unknown or a value is none that a patient can have.
    """
    values = {name: value for name, value in given.items() if value is not None}
    unknown = [name for name in values if name not in (*_NUMBERS, "sex", "injection_time")]
    if unknown:
        raise InputError(f"there is no override {', '.join(unknown)}")
    if values.get("sex", "F") not in ("F", "M", "O"):
        raise InputError(f"override sex is {values['sex']!r}: it must be F, M or O")
    if not isinstance(values.get("injection_time", ""), str):
        raise InputError("override injection_time must be text: HH:MM:SS, or date and time")
    try:
        numbers = {name: float(values[name]) for name in _NUMBERS if name in values}
    except (TypeError, ValueError):
        raise InputError(f"overrides {', '.join(_NUMBERS)} must be numbers") from None
    return Overrides(sex=cast("Sex | None", values.get("sex")), injection_time=values.get("injection_time"), **numbers)


def overrides_of_text(text: str) -> Overrides:
    """What ``Overrides.described`` wrote into a row; errors as ``overrides_of``."""
    return overrides_of(
        {part.partition("=")[0].strip(): part.partition("=")[2] for part in text.split(";") if part.strip()}
    )
