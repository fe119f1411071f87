"""PET and CT as volume nodes: read, with units, colours and window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer

from NEMOPETLib.errors import InputError

INVERTED_GREY = "vtkMRMLColorTableNodeInvertedGrey"
GREY = "vtkMRMLColorTableNodeGrey"
PET_COLOURS = (
    "vtkMRMLPETProceduralColorNodePET-DICOM",
    "vtkMRMLPETProceduralColorNodePET-HotMetalBlue",
    "vtkMRMLPETProceduralColorNodePET-Heat",
)
"""The colour nodes of Slicer's own that suit a PET over a CT, the best first."""

PET_WINDOW = (0.0, 10.0)
SOFT_TISSUE_WINDOW = (-160.0, 240.0)

Window = tuple[float, float]


def load_volume(scene: Any, path: Path, name: str) -> Any:
    """Read an image file (NRRD, NIfTI) into a new scalar volume node.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    storage = scene.AddNewNodeByClass("vtkMRMLVolumeArchetypeStorageNode")
    storage.SetFileName(str(path))
    storage.SetCenterImage(0)
    if not path.is_file() or not storage.ReadData(node):
        scene.RemoveNode(storage)
        scene.RemoveNode(node)
        raise InputError(f"{path}: cannot be read as an image")
    node.SetAndObserveStorageNodeID(storage.GetID())
    return node


def show_as_pet(node: Any, window: Window = PET_WINDOW) -> None:
    """Say that the voxels are SUVbw; inverted grey, window 0 to 10."""
    # The unit as Slicer's modules of PET know it; DICOM today writes g/ml{SUVbw}.
    _set_units(node, ("126401", "DCM", "SUVbw"), ("{SUVbw}g/ml", "UCUM", "Standardized Uptake Value body weight"))
    display_in(node, INVERTED_GREY, window)


def show_as_ct(node: Any, window: Window = SOFT_TISSUE_WINDOW) -> None:
    """Say that the voxels are HU; grey, window of soft tissue."""
    _set_units(node, ("112031", "DCM", "Attenuation Coefficient"), ("[hnsf'U]", "UCUM", "Hounsfield unit"))
    display_in(node, GREY, window)


def display_in(node: Any, colour_id: str, window: Window) -> None:
    """Give a volume a display node of its own where it has none, a colour node and a window."""
    if node.GetDisplayNode() is None:
        # Slicer's own default would look for a window in all voxels, for seconds.
        display = node.GetScene().CreateNodeByClass("vtkMRMLScalarVolumeDisplayNode")
        display.UnRegister(None)
        display.SetAutoWindowLevel(False)
        display.SetWindowLevelMinMax(*window)
        display.SetAndObserveColorNodeID(GREY)
        node.SetAndObserveDisplayNodeID(node.GetScene().AddNode(display).GetID())
    set_pet_colour(node, colour_id)
    set_window(node, window)


def set_pet_colour(node: Any, colour_id: str) -> None:
    """Give a volume another colour node, where the scene has it."""
    if node.GetScene().GetNodeByID(colour_id) is not None:
        node.GetDisplayNode().SetAndObserveColorNodeID(colour_id)


def best_pet_colour(scene: Any) -> str:
    """The ID of the first of ``PET_COLOURS`` that the scene has; grey where it has none."""
    return next((colour for colour in PET_COLOURS if scene.GetNodeByID(colour) is not None), GREY)


def set_window(node: Any, window: Window) -> None:
    """Show a volume between two values."""
    low, high = window
    display = node.GetDisplayNode()
    display.SetAutoWindowLevel(False)
    display.SetWindowLevelMinMax(low, high)


def _set_units(node: Any, quantity: tuple[str, str, str], units: tuple[str, str, str]) -> None:
    for codes, setter in ((quantity, node.SetVoxelValueQuantity), (units, node.SetVoxelValueUnits)):
        entry = slicer.vtkCodedEntry()
        entry.SetValueSchemeMeaning(*codes)
        setter(entry)
