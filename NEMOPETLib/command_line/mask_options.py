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
    masks = parse_named_files(given)
    for name in masks:
        if name not in MASK_NAMES:
            raise InputError(f"mask {name}: the name must be one of {', '.join(MASK_NAMES)}")
    return masks


def parse_named_files(given: list[str]) -> dict[str, MaskFile]:
    """Files by any name.

    Raises
    ------
    InputError
        If one is not written NAME=FILE or a name is given twice.
    """
    files: dict[str, MaskFile] = {}
    for text in given:
        name, sign, file = text.partition("=")
        if not (sign and name and file):
            raise InputError(f"mask {text}: write NAME=FILE")
        if name in files:
            raise InputError(f"mask {name} is given twice")
        files[name] = parse_mask_file(file)
    return files
