"""The Segment Editor's settings for a mask: which segment, over which volume, and that others are left alone."""

from __future__ import annotations

from typing import Any

import slicer

from NEMOPETLib.scene.patient_nodes import PatientNodes
from NEMOPETLib.scene.segments import settle


def edit_mask(patient: PatientNodes, name: str, editor_node: Any) -> None:
    """Make a mask the one that the Segment Editor works on.

    The source is the PET for lesions and physiological uptake and the CT for tissues, and their voxels become
    the segmentation's reference: Slicer edits a segment on the reference's voxels. Other segments are not
    overwritten, for muscle may lie under a lesion.

    Parameters
    ----------
    patient, name
        The mask.
    editor_node
        vtkMRMLSegmentEditorNode of the embedded editor.

    Raises
    ------
    InputError
        If there is no such segment.
    """
    settle(patient, name)
    volume = patient.volume_of(name)
    patient.segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    editor_node.SetOverwriteMode(slicer.vtkMRMLSegmentEditorNode.OverwriteNone)
    editor_node.SetAndObserveSegmentationNode(patient.segmentation)
    editor_node.SetAndObserveSourceVolumeNode(volume)
    editor_node.SetSelectedSegmentID(name)


def end_editing(patient: PatientNodes) -> None:
    """Make the CT's voxels the reference again: Slicer saves the segmentation on these, in a third of the time."""
    patient.segmentation.SetReferenceImageGeometryParameterFromVolumeNode(patient.ct)
