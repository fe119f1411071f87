"""Reading values from DICOM headers that may be absent, empty or nonsense."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from pydicom import config
from pydicom.dataset import Dataset

# What a header holds against the rules of its value type is judged here, where it is used; pydicom would
# write it, perhaps a patient's name, into the log.
config.settings.reading_validation_mode = config.IGNORE


def text(header: Dataset, keyword: str) -> str:
    """The element as stripped text, ``""`` if absent or empty."""
    value = _value(header, keyword)
    return "" if value is None else str(value).strip(" \0")


def number(header: Dataset, keyword: str) -> float | None:
    """The element as a finite number, None if absent, empty or not a number."""
    return as_number(_value(header, keyword))


def as_number(value: object) -> float | None:
    """A header's value as a finite float, None if it is not one."""
    if isinstance(value, bytes):  # private elements of implicit VR come as they lie in the file
        value = value.decode("ascii", errors="replace")
    try:
        result = float(str(value).strip(" \0"))
    except ValueError:
        return None
    return result if math.isfinite(result) else None


def numbers(header: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """A multi-valued element as ``count`` finite numbers, None if it does not hold just these."""
    value = _value(header, keyword)
    if value is None or isinstance(value, str) or not hasattr(value, "__len__") or len(value) != count:
        return None
    found = [as_number(item) for item in value]
    return tuple(item for item in found if item is not None) if None not in found else None


def words(header: Dataset, keyword: str) -> tuple[str, ...]:
    """A multi-valued code string in upper case, empty if absent."""
    value = _value(header, keyword)
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else list(value)
    return tuple(str(item).strip().upper() for item in items if str(item).strip())


def date(header: Dataset, keyword: str) -> dt.date | None:
    """A DA element (YYYYMMDD, also the old YYYY.MM.DD), None if absent or invalid."""
    parsed = _parsed(text(header, keyword).replace(".", "").replace("-", "")[:8], "%Y%m%d")
    return parsed.date() if parsed else None


def time(header: Dataset, keyword: str) -> dt.time | None:
    """A TM element (HH[MM[SS[.ffffff]]]), None if absent or invalid."""
    return parse_time(text(header, keyword))


def parse_time(value: str) -> dt.time | None:
    """A time of day written ``HHMMSS.ffffff``, ``HH:MM`` or ``HH:MM:SS``; None if it is not one."""
    whole, _, fraction = value.strip().replace(":", "").partition(".")
    moment = _parsed(whole.ljust(6, "0"), "%H%M%S") if len(whole) in (2, 4, 6) else None
    if moment is None or not (fraction == "" or fraction.isdigit()):
        return None
    return moment.time().replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)


def moment(header: Dataset, keyword: str) -> dt.datetime | None:
    """A DT element in local time, None if absent, invalid or without a time of day.

    The offset from UTC is dropped: the other times of a series are local times of the same place.
    """
    return parse_moment(text(header, keyword))


def parse_moment(value: str) -> dt.datetime | None:
    """A date with time of day written as DICOM or ISO does; None if it is not one."""
    digits = value.strip().replace("T", "")
    if digits[4:5] == "-":
        digits = digits[:10].replace("-", "") + digits[10:]
    digits = digits.split("+")[0].split("-")[0]  # the offset from UTC
    day = _parsed(digits[:8], "%Y%m%d")
    clock = parse_time(digits[8:])
    return dt.datetime.combine(day.date(), clock) if day and clock else None


def _value(header: Dataset, keyword: str) -> Any:
    """The element's value, None if absent or if its bytes are no value of its type."""
    try:
        return header.get(keyword)
    except (ValueError, TypeError, OverflowError):
        return None


def _parsed(value: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(value, form)
    except ValueError:
        return None
