"""Which tissues a file of masks has."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask_files import named_masks
from NEMOPETLib.measurements.patient_measurements import TISSUES


def tissues_in(path: Path) -> dict[str, Path]:
    """The file for each tissue that it has a mask of, as ``segment`` takes them.

    Raises
    ------
    InputError
        If it is no ``.nrrd``, or none of its masks is named as a tissue.
    """
    found = {name: path for name in named_masks(path) if name in TISSUES}
    if not found:
        raise InputError(f"{path}: none of its masks is a tissue: name them {', '.join(TISSUES)}")
    return found
