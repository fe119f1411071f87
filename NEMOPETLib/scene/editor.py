"""The Segment Editor's settings for a mask: which segment, over which volume, and that others are left alone."""

from __future__ import annotations

from typing import Any

import slicer

from NEMOPETLib.scene.patient_nodes import PatientNodes
from NEMOPETLib.scene.segments import settle


def edit_mask(patient: PatientNodes, name: str, editor_node: Any) -> None:
    """Make a mask the one that the Segment Editor works on.

    The source is the PET for lesions and physiological uptake and the CT for tissues. Other segments are not
    overwritten, for tissues may lie under a drawn lesion.

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
    segmentation, volume = patient.segmentation_of(name), patient.volume_of(name)
    # The editor draws on the reference's voxels, whatever volume it was last used with.
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    editor_node.SetOverwriteMode(slicer.vtkMRMLSegmentEditorNode.OverwriteNone)
    editor_node.SetAndObserveSegmentationNode(segmentation)
    editor_node.SetAndObserveSourceVolumeNode(volume)
    editor_node.SetSelectedSegmentID(name)
