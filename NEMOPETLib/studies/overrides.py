"""Values that the user gives because the header lacks them or has them wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.lean_body_mass import Sex


@dataclass(frozen=True)
class Overrides:
    """What replaces the header's value; each one given is written in the row's ``overrides``.

    Parameters
    ----------
    sex
        ``F``, ``M`` or ``O``.
    weight_kg, height_m
        Body weight in kilograms, height in metres.
    dose_mbq
        Injected activity in MBq at the injection time.
    injection_time
        ``HH:MM[:SS]`` (on the day of the scan) or a full date and time.

    Raises
    ------
    InputError
        If a value is not a possible one; the message names the option.
    """

    sex: Sex | None = None
    weight_kg: float | None = None
    height_m: float | None = None
    dose_mbq: float | None = None
    injection_time: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no patient can have."""
        _within("--weight-kg", self.weight_kg, 1, 500, "kilograms")
        _within("--height-m", self.height_m, 0.3, 2.6, "metres")
        _within("--dose-mbq", self.dose_mbq, 1, 2000, "MBq")

    def described(self) -> str:
        """The given values as ``weight_kg=70.0; sex=F``, empty if there is none."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return "; ".join(f"{name}={value}" for name, value in given if value is not None)

    @classmethod
    def parse(cls, described: str) -> Overrides:
        """The values that ``described`` wrote, as a row of the cohort table has them; errors as ``of``."""
        pairs = [part.partition("=") for part in described.split(";") if part.strip()]
        return cls.of({name.strip(): value for name, _, value in pairs})

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Overrides:
        """The values by name, as a row or a panel gives them; None is not given.

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
        return cls(sex=cast("Sex | None", values.get("sex")), injection_time=values.get("injection_time"), **numbers)


_NUMBERS = ("weight_kg", "height_m", "dose_mbq")


def _within(option: str, value: float | None, least: float, most: float, unit: str) -> None:
    if value is not None and not least <= value <= most:
        raise InputError(f"{option} {value:g}: give a number of {unit} from {least:g} to {most:g}")


NO_OVERRIDES = Overrides()
