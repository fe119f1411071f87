"""Masks passed to a panel as files that Slicer opens, and read back from a patient's folder."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.masks.cropped_mask import crop
from NEMOPETLib.masks.engine import LesionFile, MaskFile
from NEMOPETLib.masks.mask import PackedMask
from NEMOPETLib.masks.mask_files import read_named_masks
from NEMOPETLib.masks.segmentation_file import write_segmentation
from NEMOPETLib.measurements.patient_measurements import LESIONS, TISSUES
from NEMOPETLib.patient import LESIONS_FILE, PHYSIOLOGICAL, PHYSIOLOGICAL_FILE, TISSUES_FILE
from NEMOPETLib.session.mask_set import MaskSet, as_mask
from NEMOPETLib.studies.study import Study

CROPPED = "cropped"
"""The folder in the work folder of masks that are cut to their boxes."""


def write_mask_files(folder: Path, masks: MaskSet) -> dict[str, str | None]:
    """Write ``lesions``, ``tissues`` and ``physiological`` as ``.seg.nrrd``; the path of each, None if there is none.

    All lesions are one segment, as a reader edits them.

    Raises
    ------
    InputError
        If the folder or a file cannot be written.
    """
    _make(folder)
    lesions = {} if masks.lesions is None else {LESIONS: as_mask(LESIONS, masks.lesions.labels)}
    apart = {} if masks.physiological is None else {PHYSIOLOGICAL: masks.physiological}
    written: dict[str, str | None] = {}
    for name, file, found in (
        ("lesions", LESIONS_FILE, lesions),
        ("tissues", TISSUES_FILE, masks.tissues),
        ("physiological", PHYSIOLOGICAL_FILE, apart),
    ):
        path = folder / file
        if found:
            write_segmentation(path, found)
        else:
            path.unlink(missing_ok=True)
        written[name] = str(path) if found else None
    return written


def write_cropped_files(folder: Path, masks: MaskSet) -> dict[str, str]:
    """Write each mask by itself, cut to the box that holds it and not compressed: read in a moment. Path by name.

    Raises
    ------
    InputError
        If the folder or a file cannot be written.
    """
    _make(folder)
    written = {}
    for name in (LESIONS, PHYSIOLOGICAL, *TISSUES):
        path = folder / f"{name}.nrrd"
        mask = masks.packed(name)
        if mask is None:
            path.unlink(missing_ok=True)
            continue
        write_segmentation(path, {name: crop(mask.unpacked()).on_its_box()}, compressed=False)
        written[name] = str(path)
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({why_refused(error)})") from error


def read_mask_files(folder: Path, study: Study) -> MaskSet:
    """The masks that ``patient.write_masks`` wrote; those that are not there are missing in the set.

    Raises
    ------
    InputError
        If there are no lesions, or a file cannot be read.
    """
    lesions = folder / LESIONS_FILE
    if not lesions.is_file():
        raise InputError(f"{lesions} is not there: the masks of this row were moved or removed")
    masks = MaskSet(LesionFile(MaskFile(lesions)).segment(study))
    if (folder / TISSUES_FILE).is_file():
        masks.tissues = read_named_masks(folder / TISSUES_FILE, TISSUES, study.ct.grid)
    if (folder / PHYSIOLOGICAL_FILE).is_file():
        file = MaskFile(folder / PHYSIOLOGICAL_FILE)
        masks.physiological = PackedMask(file.read(PHYSIOLOGICAL, study.pet.grid, study.frame_of_reference))
    return masks
