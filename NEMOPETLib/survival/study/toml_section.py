"""A section of a TOML file, read key by key: each wrong type, value or name is one clear error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from NEMOPETLib.errors import InputError

Choice = TypeVar("Choice", bound=str)


class Section:
    """Keys and values under one heading.

    Parameters
    ----------
    heading
        E.g. ``[endpoint]``; ``""`` for the whole file.
    values
        As parsed.
    """

    def __init__(self, heading: str, values: Any) -> None:
        if not isinstance(values, Mapping):
            raise InputError(f"{heading} must be a section with keys, not {values!r}")
        self.heading = heading
        self._left = dict(values)
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._left

    def _take(self, key: str) -> Any:
        self._known.append(key)
        return self._left.pop(key, None)

    def wrong(self, key: str, value: Any, wanted: str) -> InputError:
        """The error for an unusable value."""
        return InputError(f"{self.heading} {key} = {value!r}: give {wanted}")

    def text(self, key: str, default: str) -> str:
        """A text that is not empty."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, value, "a text")
        return value

    def whole(self, key: str, default: int, least: int) -> int:
        """A whole number."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, value, f"a whole number from {least} on")
        return value

    def number(self, key: str, default: float, above: float, below: float) -> float:
        """A number between two limits."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not above < value < below:
            raise self.wrong(key, value, f"a number between {above:g} and {below:g}")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of different texts, None where it is not given."""
        values = self._take(key)
        if values is None:
            return None
        if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
            raise self.wrong(key, values, "a list of texts")
        twice = [value for place, value in enumerate(values) if value in values[:place]]
        if twice:
            raise InputError(f"{self.heading} {key} names {twice[0]} twice: remove one")
        return tuple(values)

    def rising(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """A list of rising numbers above 0."""
        values = self._take(key)
        if values is None:
            return default
        given = values if isinstance(values, list) else []
        numbers = [value for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
        if not numbers or numbers != values or numbers[0] <= 0 or sorted(set(numbers)) != numbers:
            raise self.wrong(key, values, "a list of rising numbers above 0")
        return tuple(map(float, numbers))

    def choice(self, key: str, default: Choice, choices: Sequence[Choice]) -> Choice:
        """One of several texts."""
        value = self._take(key)
        if value is None:
            return default
        for one in choices:
            if value == one:
                return one
        raise self.wrong(key, value, f"one of {', '.join(choices)}")

    def section(self, key: str) -> Section | None:
        """A section inside this one, None where it is not given."""
        value = self._take(key)
        return None if value is None else Section(f"{self.heading} {key}" if self.heading else f"[{key}]", value)

    def sections(self, key: str) -> list[Section]:
        """Each ``[[key]]``."""
        values = self._take(key)
        if values is None:
            return []
        if not isinstance(values, list):
            raise InputError(f"{key} must be written as [[{key}]], once for each")
        return [Section(f"[[{key}]] number {number}", value) for number, value in enumerate(values, start=1)]

    def end(self) -> None:
        """Refuse what was not asked for.

        Raises
        ------
        InputError
            Naming the unknown key and those that are known.
        """
        if self._left:
            unknown, known = next(iter(self._left)), ", ".join(self._known)
            raise InputError(f"{self.heading or 'the configuration'} has no key {unknown}; known are {known}")
