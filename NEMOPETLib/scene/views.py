"""What the views of the reading layout show: CT under PET, where they stand, and the MIP."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from vtkmodules.vtkCommonMath import vtkMatrix4x4

from NEMOPETLib.scene.geometry import as_ras
from NEMOPETLib.scene.hidden_volumes import find_hidden_volume, new_hidden_volume
from NEMOPETLib.scene.layout import SLICE_VIEWS, SliceView
from NEMOPETLib.scene.patient_nodes import PatientNodes, find_patients, nodes_of_class
from NEMOPETLib.scene.volumes import PET_WINDOW, best_pet_colour, display_in
from NEMOPETLib.studies.volume import Points

FUSION = 0.5
_OVERLAY = "pet overlay"
_BORDER = 0.05  # of a view's width and height


def show_in_slices(patient: PatientNodes, *, fusion: float = FUSION) -> None:
    """Show a patient in the slice views of the layout that there are: CT, PET in grey, CT under coloured PET.

    Other patients' segmentations are hidden.
    """
    for step in slice_steps(patient, fusion=fusion):
        step()


def slice_steps(patient: PatientNodes, *, fusion: float = FUSION) -> list[Callable[[], None]]:
    """``show_in_slices`` view by view, for a window that is to answer in between."""

    def hide_others() -> None:
        for other in find_patients(patient.scene):
            for segmentation in other.segmentations:
                segmentation.SetDisplayVisibility(other.key == patient.key)

    def show(view: SliceView) -> None:
        composite = _composites(patient.scene).get(view)
        if composite is None:
            return
        background = patient.pet if view.layers == "pet" else patient.ct
        foreground = pet_overlay(patient).GetID() if view.layers == "fused" else None
        composite.SetLinkedControl(False)
        composite.SetBackgroundVolumeID(background.GetID())
        composite.SetForegroundVolumeID(foreground)
        composite.SetForegroundOpacity(fusion if foreground else 0.0)

    return [hide_others, *(partial(show, view) for view in SLICE_VIEWS)]


def show_masks(patient: PatientNodes, names: Collection[str]) -> None:
    """Show these masks in all views, and no other of the patient's."""
    for name in patient.names:
        patient.segmentation_of(name).GetDisplayNode().SetSegmentVisibility(name, name in names)


def set_fusion(scene: Any, opacity: float) -> None:
    """How much of the PET covers the CT in the fused views, 0 to 1."""
    for view, composite in _composites(scene).items():
        if view.layers == "fused":
            composite.SetForegroundOpacity(min(1.0, max(0.0, opacity)))


def pet_overlay(patient: PatientNodes) -> Any:
    """The PET in colour for the fused views: a hidden node that shares the voxels and is not saved.

    Slicer has one colour table a volume, and the PET alone is read in inverted grey.
    """
    there = find_hidden_volume(patient, _OVERLAY)
    if there is not None:
        return there
    node = new_hidden_volume(patient, _OVERLAY, "colour")
    node.SetAndObserveImageData(patient.pet.GetImageData())
    node = patient.scene.AddNode(node)
    display_in(node, best_pet_colour(patient.scene), PET_WINDOW)
    node.GetDisplayNode().SetSaveWithScene(False)
    _hide_below(node, PET_WINDOW[1] / 20)
    return node


def jump_to(scene: Any, position_lps: Points) -> None:
    """Show a position (LPS, mm) in all slice views, with the crosshair there."""
    for step in jump_steps(scene, position_lps):
        step()


def jump_steps(scene: Any, position_lps: Points) -> list[Callable[[], None]]:
    """``jump_to`` view by view: each reslices a whole-body CT, all at once would stop the window.

    A view that sees the position keeps its place, so that the whole body stays in sight; one that does not is
    centred on it.
    """
    position = as_ras(position_lps)

    def jump(view: Any) -> None:
        view.JumpSliceByOffsetting(*position)
        if not _sees(view, position):
            view.JumpSliceByCentering(*position)

    def mark() -> None:
        crosshair = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        if crosshair is not None:
            crosshair.SetCrosshairRAS(position)
            crosshair.SetCrosshairMode(crosshair.ShowSmallBasic)

    return [*(partial(jump, view) for view in nodes_of_class(scene, "vtkMRMLSliceNode")), mark]


def _sees(view: Any, position_ras: tuple[float, float, float]) -> bool:
    """Whether a slice view shows a position of its plane, not too near to its border."""
    to_view = vtkMatrix4x4()
    vtkMatrix4x4.Invert(view.GetXYToRAS(), to_view)
    x, y, _, _ = to_view.MultiplyPoint((*position_ras, 1.0))
    width, height, _ = view.GetDimensions()
    return _BORDER < x / width < 1 - _BORDER and _BORDER < y / height < 1 - _BORDER


def _hide_below(node: Any, value: float) -> None:
    """Let the CT be seen where there is no uptake."""
    display = node.GetDisplayNode()
    display.SetAutoThreshold(False)
    display.SetLowerThreshold(value)
    display.SetApplyThreshold(True)


def _composites(scene: Any) -> dict[SliceView, Any]:
    """The composite node of each of the layout's slice views that the scene has."""
    composites = nodes_of_class(scene, "vtkMRMLSliceCompositeNode")
    by_name = {composite.GetLayoutName(): composite for composite in composites}
    return {view: by_name[view.name] for view in SLICE_VIEWS if view.name in by_name}
