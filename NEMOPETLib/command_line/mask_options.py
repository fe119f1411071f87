"""How masks are named on the command line: ``NAME=FILE`` or ``NAME=FILE#SEGMENT``."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import MaskFile
from NEMOPETLib.measurements.patient_measurements import MASK_NAMES


def parse_mask_file(text: str) -> MaskFile:
    """``FILE`` or ``FILE#SEGMENT``; a file whose name has the sign itself is taken as it is."""
    path, sign, segment = text.rpartition("#")
    if not sign or Path(text).exists():
        return MaskFile(Path(text))
    return MaskFile(Path(path), segment)


def parse_masks(given: list[str]) -> dict[str, MaskFile]:
    """The masks by name.

    Raises
    ------
    InputError
        If one is not written NAME=FILE, its name is unknown, or it is given twice.
    """
    masks: dict[str, MaskFile] = {}
    for text in given:
        name, sign, file = text.partition("=")
        if not sign or name not in MASK_NAMES:
            raise InputError(f"mask {text}: write NAME=FILE, with NAME one of {', '.join(MASK_NAMES)}")
        if name in masks:
            raise InputError(f"mask {name} is given twice")
        masks[name] = parse_mask_file(file)
    return masks
