"""What the reader has done with each mask: automatic, corrected or approved, and against which automatic mask."""

from __future__ import annotations

from typing import Literal, get_args

from vtkmodules.vtkCommonCore import reference

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.corrections import Correction, correction
from NEMOPETLib.masks.cropped_mask import CroppedMask, fingerprint
from NEMOPETLib.scene.memory import entries, forget, keep, kept
from NEMOPETLib.scene.patient_nodes import PatientNodes
from NEMOPETLib.scene.segments import get_mask, set_mask

Status = Literal["automatic", "corrected", "approved"]

STATUS_TAG = "Segmentation.Status"
"""Slicer's own tag of a segment, which its Segment Editor shows and sets to "in progress" when it edits."""

_AUTOMATIC = "automatic."
_TAG_VALUES: dict[Status, str] = {"automatic": "notstarted", "corrected": "inprogress", "approved": "completed"}
_STATUSES = {value: status for status, value in _TAG_VALUES.items()}


def status_of(patient: PatientNodes, name: str) -> Status:
    """The status of a mask; one that Slicer's own widgets flagged counts as corrected."""
    value = reference("")
    if not patient.segment(name).GetTag(STATUS_TAG, value):
        return "automatic"
    return _STATUSES.get(str(value), "corrected")


def set_status(patient: PatientNodes, name: str, status: Status) -> None:
    """Say that a mask is automatic, corrected or approved."""
    if status not in get_args(Status):
        raise InputError(f"status {status!r}: it is one of {', '.join(get_args(Status))}")
    if status_of(patient, name) != status:
        patient.segment(name).SetTag(STATUS_TAG, _TAG_VALUES[status])


def mark_edited(patient: PatientNodes, name: str) -> Status:
    """Set the status of a mask whose voxels have changed: corrected, or automatic if they are so again."""
    automatic = automatic_mask(patient, name)
    same = automatic is not None and fingerprint(automatic) == fingerprint(get_mask(patient, name))
    status: Status = "automatic" if same else "corrected"
    set_status(patient, name, status)
    return status


def all_approved(patient: PatientNodes) -> bool:
    """Whether there are masks and the reader has approved each."""
    return bool(patient.names) and all(status_of(patient, name) == "approved" for name in patient.names)


def set_automatic_mask(patient: PatientNodes, mask: CroppedMask) -> None:
    """Make an engine's mask the segment's content, and keep it as the automatic one."""
    set_mask(patient, mask)
    keep(patient, _AUTOMATIC + mask.name, mask.cropped())
    set_status(patient, mask.name, "automatic")


def keep_automatic_mask(patient: PatientNodes, mask: CroppedMask) -> None:
    """Keep an engine's mask as the automatic one of a segment that already has a reader's corrections."""
    keep(patient, _AUTOMATIC + mask.name, mask.cropped())


def automatic_mask(patient: PatientNodes, name: str) -> CroppedMask | None:
    """The automatic mask; None if the mask never was automatic."""
    return kept(patient, _AUTOMATIC + name, name)


def has_automatic_mask(patient: PatientNodes, name: str) -> bool:
    """Whether there is an automatic mask; costs less than taking it out."""
    return _AUTOMATIC + name in entries(patient, _AUTOMATIC)


def bring_back_automatic(patient: PatientNodes, name: str) -> None:
    """Undo all corrections of a mask.

    Raises
    ------
    InputError
        If there is no automatic mask.
    """
    mask = automatic_mask(patient, name)
    if mask is None:
        raise InputError(f"there is no automatic mask of {name!r} to bring back")
    set_mask(patient, mask)
    set_status(patient, name, "automatic")


def remove_mask(patient: PatientNodes, name: str) -> None:
    """Take a mask out, with its automatic one; nothing happens if it is not there."""
    forget(patient, _AUTOMATIC + name)
    if name in patient.names:
        patient.segmentation_of(name).GetSegmentation().RemoveSegment(name)


def correction_of(patient: PatientNodes, name: str) -> Correction | None:
    """What was changed of a mask; None if it has no automatic one."""
    automatic = automatic_mask(patient, name)
    return None if automatic is None else correction(automatic, get_mask(patient, name))


def corrections(patient: PatientNodes) -> dict[str, Correction]:
    """What was changed of each mask that has an automatic one; text of it: ``corrected_segments``."""
    found = {name: correction_of(patient, name) for name in patient.names}
    return {name: changed for name, changed in found.items() if changed is not None}
