"""Which files are objects that NEMO-PET has written: only those are stored in a PACS."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydicom import dcmread

from NEMOPETLib.dicom_out.written_object import MANUFACTURER
from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.dicom_files import DAMAGED, looks_like_dicom


def own_objects(paths: Iterable[Path]) -> list[Path]:
    """The objects that NEMO-PET has written among files and below folders, told by what is in them.

    Raises
    ------
    InputError
        If a path is not there, a file that is named is none of ours, or there is no object at all.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"{path} is not there: check its name")
        if path.is_file() and not is_own_object(path):
            raise InputError(f"{path} was not written by NEMO-PET: only its own objects are stored")
        found += [path] if path.is_file() else filter(is_own_object, sorted(path.rglob("*.dcm")))
    if not found:
        raise InputError("there is no DICOM object to store: write them with nemopet run --dicom, or export")
    return list(dict.fromkeys(found))


def is_own_object(path: Path) -> bool:
    """Whether NEMO-PET has written an object: it says so as manufacturer and as model; the phantom's images do not.

    Raises ``OSError`` if the file cannot be opened.
    """
    if not looks_like_dicom(path):
        return False
    try:
        keywords = ["Manufacturer", "ManufacturerModelName"]
        header = dcmread(path, stop_before_pixels=True, force=True, specific_tags=keywords)
        return [header.get(keyword) for keyword in keywords] == [MANUFACTURER, MANUFACTURER]
    except DAMAGED:
        return False
