"""Mask files of any kind onto an image, by geometry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pydicom import dcmread
from pydicom.config import disable_value_validation

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks import dicom_seg, rtstruct
from NEMOPETLib.masks.dicom_seg import open_dicom_seg
from NEMOPETLib.masks.image_stream import opened, readable
from NEMOPETLib.masks.label_map import open_nifti_labels, open_nrrd_labels
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.nifti import is_nifti
from NEMOPETLib.masks.nrrd import is_nrrd
from NEMOPETLib.masks.onto_grid import place, placing_warnings
from NEMOPETLib.masks.rtstruct import open_rtstruct
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.masks.segments import SegmentFile, choose_segments
from NEMOPETLib.studies.volume import Grid
from NEMOPETLib.wording.quoted import quoted

_OPENERS: dict[str, Callable[[Path], SegmentFile]] = {
    "NIfTI": open_nifti_labels,
    "NRRD": open_nrrd_labels,
    "DICOM SEG": open_dicom_seg,
}
_DICOM_KINDS = {**dict.fromkeys(dicom_seg.SOP_CLASSES, "DICOM SEG"), rtstruct.SOP_CLASS: "RTSTRUCT"}


def read_mask(
    path: Path, name: str, grid: Grid, *, segment: str | None = None, frame_of_reference: str | None = None
) -> Mask:
    """Read a mask from DICOM SEG, RT Structure Set, NIfTI, NRRD or ``.seg.nrrd`` onto an image's grid.

    The kind of file is told by its content. Where voxels of the file and of the grid coincide they are
    copied; else they are carried over by nearest neighbour, and a warning says so.

    Parameters
    ----------
    path
        The file, or a folder with one such file somewhere in it.
    name
        What the mask is of; also which segment is meant where the file has several (see ``choose_segments``).
    grid
        The grid of the image.
    segment
        Which segment to take, by its name or number.
    frame_of_reference
        The image's DICOM Frame of Reference UID, if known: a mask of another one gets a warning.

    Raises
    ------
    InputError
        If the file cannot be read, is no mask, does not say which segment is meant, or lies wholly outside
        the image.
    """
    # Validation would put values of other attributes, the patient's name among them, into warnings.
    with readable(path), disable_value_validation():
        file = _open(path, grid)
        numbers, united = choose_segments(file, name, segment)
        placed = place(file.blocks(numbers), grid)
    warnings = [united] if united else []
    if frame_of_reference and file.frame_of_reference and file.frame_of_reference != frame_of_reference:
        warnings.append(f"{quoted(file.path.name)}: its frame of reference is not the image's: is it of this study?")
    warnings += file.warnings
    warnings += placing_warnings(placed, f"mask {name!r} ({quoted(file.path.name)})", grid)
    return Mask(name, placed.voxels, grid, tuple(warnings))


def read_named_masks(path: Path, names: Sequence[str], grid: Grid) -> dict[str, PackedMask]:
    """Those masks that ``write_segmentation`` has put into a ``.seg.nrrd``, by the names that they were given.

    Raises
    ------
    InputError
        As ``read_mask``.
    """
    there = named_masks(path)
    return {name: PackedMask(read_mask(path, name, grid)) for name in names if name in there}


def named_masks(path: Path) -> tuple[str, ...]:
    """Which masks of ``SEGMENT_TERMS`` a ``.seg.nrrd`` has. Raises InputError if it is none."""
    there = {segment.name for segment in open_nrrd_labels(path).segments()}
    return tuple(name for name, term in SEGMENT_TERMS.items() if {name, term.name} & there)


def _open(path: Path, grid: Grid) -> SegmentFile:
    if path.is_dir():
        path = _only_mask(path)
    kind = _kind(path)
    if kind is None:
        raise InputError(f"{path}: neither DICOM SEG, RT Structure Set, NIfTI nor NRRD")
    return open_rtstruct(path, grid) if kind == "RTSTRUCT" else _OPENERS[kind](path)


def _only_mask(folder: Path) -> Path:
    masks = [file for file in sorted(folder.rglob("*")) if file.is_file() and _kind(file) is not None]
    if len(masks) != 1:
        raise InputError(f"{folder}: {len(masks) or 'no'} masks in this folder: give the file")
    return masks[0]


def _kind(path: Path) -> str | None:
    """What kind of mask a file is by its content, or None."""
    with readable(path), opened(path) as file:
        head = file.read(352)
    if is_nifti(head):
        return "NIfTI"
    if is_nrrd(head):
        return "NRRD"
    # Without its preamble a DICOM file begins with an element of group 0002 or 0008.
    if head[128:132] == b"DICM" or head[:2] in (b"\x02\x00", b"\x08\x00"):
        header = dcmread(path, specific_tags=["SOPClassUID"], stop_before_pixels=True, force=True)
        return _DICOM_KINDS.get(str(header.get("SOPClassUID")))
    return None
