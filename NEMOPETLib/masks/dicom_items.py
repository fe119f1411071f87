"""Attributes of DICOM files that a mask cannot do without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from NEMOPETLib.errors import InputError


def needed(item: Dataset, keyword: str, path: Path) -> Any:
    """The value of an attribute. Raises ``InputError`` if it is absent, empty or unreadable."""
    try:
        value = item.get(keyword)
    except (ValueError, TypeError) as error:  # pydicom converts a value when it is asked for
        raise InputError(f"{path}: its {keyword} cannot be read") from error
    if value is None or value == "":
        raise InputError(f"{path}: it has no {keyword}")
    return value


def needed_vector(item: Dataset, keyword: str, length: int, path: Path) -> NDArray[np.float64]:
    """The ``length`` numbers of an attribute. Raises ``InputError`` if it has others or too few."""
    vector = np.atleast_1d(np.asarray(needed(item, keyword, path), dtype=np.float64))
    if vector.shape != (length,) or not np.isfinite(vector).all():
        raise InputError(f"{path}: its {keyword} is not {length} numbers")
    return vector
