"""The maximum-intensity projection of the PET, as Slicer's volume rendering in the layout's 3D view."""

from __future__ import annotations

from typing import Any

from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
from vtkmodules.vtkRenderingCore import vtkColorTransferFunction

from NEMOPETLib.scene.layout import MIP_VIEW
from NEMOPETLib.scene.mip_volume import mip_volume
from NEMOPETLib.scene.patient_nodes import PATIENT, PatientNodes, nodes_of_class
from NEMOPETLib.scene.volumes import PET_WINDOW, Window

_WHITE = (1.0, 1.0, 1.0)
_SPIN_DEGREES, _SPIN_MS = 4.0, 80


def mip_view(scene: Any) -> Any:
    """The 3D view of the reading layout; None until the layout has been shown."""
    return scene.GetSingletonNode(MIP_VIEW, "vtkMRMLViewNode")


def show_mip(patient: PatientNodes, rendering_logic: Any, *, window: Window = PET_WINDOW) -> Any:
    """Show the PET of a patient as a MIP in inverted grey, on white, in the layout's 3D view alone.

    Parameters
    ----------
    patient
        Other patients' MIPs are hidden.
    rendering_logic
        vtkSlicerVolumeRenderingLogic of the application.
    window
        SUV that is white, and SUV that is black.

    Returns
    -------
    The display node (vtkMRMLVolumeRenderingDisplayNode).
    """
    scene, view = patient.scene, mip_view(patient.scene)
    display = rendering_logic.GetFirstVolumeRenderingDisplayNode(mip_volume(patient))
    if display is None:
        display = _add_display(patient, rendering_logic)
    set_mip_window(display, window)
    if view is not None:
        display.SetViewNodeIDs([view.GetID()])
        _set_view(view)
    for other in nodes_of_class(scene, "vtkMRMLVolumeRenderingDisplayNode"):
        if other.GetAttribute(PATIENT):
            other.SetVisibility(other.GetAttribute(PATIENT) == patient.key)
    return display


def set_mip_window(display: Any, window: Window) -> None:
    """White at the low SUV and below, black at the high one and above."""
    low, high = window
    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    opacity.AddPoint(low, 0.0)
    opacity.AddPoint(low + (high - low) / 100, 1.0)
    colour.AddRGBPoint(low, *_WHITE)
    colour.AddRGBPoint(high, 0.0, 0.0, 0.0)
    properties = display.GetVolumePropertyNode()
    properties.SetScalarOpacity(opacity)
    properties.SetColor(colour)
    properties.GetVolumeProperty().ShadeOff()


def turn_mip(scene: Any, degrees: float) -> None:
    """Turn the camera of the MIP about the patient's long axis; nothing happens without its view."""
    camera = _camera(scene)
    if camera is not None:
        camera.GetCamera().Azimuth(degrees)
        camera.GetCamera().OrthogonalizeViewUp()
        camera.Modified()


def spin_mip(scene: Any, spinning: bool) -> None:
    """Let the view turn by itself, or stop it."""
    view = mip_view(scene)
    if view is not None:
        view.SetSpinDegrees(_SPIN_DEGREES)
        view.SetAnimationMs(_SPIN_MS)
        view.SetAnimationMode(view.Spin if spinning else view.Off)


def face_mip(patient: PatientNodes, *, aspect: float = 0.4) -> None:
    """Look at the whole patient from the front.

    Parameters
    ----------
    patient
        Whose PET.
    aspect
        Width of the view over its height, which the scene does not know.
    """
    camera, view = _camera(patient.scene), mip_view(patient.scene)
    if camera is None or view is None:
        return
    bounds = [0.0] * 6
    patient.pet.GetRASBounds(bounds)
    centre = [(bounds[2 * axis] + bounds[2 * axis + 1]) / 2 for axis in range(3)]
    width, height = bounds[1] - bounds[0], bounds[5] - bounds[4]
    camera.SetFocalPoint(centre)
    camera.SetPosition([centre[0], bounds[3] + 2 * max(width, height), centre[2]])
    camera.SetViewUp([0.0, 0.0, 1.0])
    half_height = max(height, width / aspect) / 2
    view.SetFieldOfView(half_height)  # the camera takes it from there when a scene is loaded
    camera.SetParallelScale(half_height)
    camera.ResetClippingRange()


def _add_display(patient: PatientNodes, rendering_logic: Any) -> Any:
    """Volume rendering of the PET, not yet visible: Slicer's own default looks at all voxels and draws in between."""
    scene = patient.scene
    display = rendering_logic.CreateVolumeRenderingDisplayNode()
    display.UnRegister(None)
    display.SetVisibility(False)
    properties = scene.AddNewNodeByClass("vtkMRMLVolumePropertyNode")
    for node in (display, properties):
        node.SetAttribute(PATIENT, patient.key)
        node.SetSaveWithScene(False)
    display.SetAndObserveVolumePropertyNodeID(properties.GetID())
    scene.AddNode(display)
    mip_volume(patient).AddAndObserveDisplayNodeID(display.GetID())
    return display


def _camera(scene: Any) -> Any:
    cameras = nodes_of_class(scene, "vtkMRMLCameraNode")
    return next((camera for camera in cameras if camera.GetLayoutName() == MIP_VIEW), None)


def _set_view(view: Any) -> None:
    view.SetRaycastTechnique(view.MaximumIntensityProjection)
    view.SetRenderMode(view.Orthographic)
    view.SetBackgroundColor(_WHITE)
    view.SetBackgroundColor2(_WHITE)
    view.SetBoxVisible(False)
    view.SetAxisLabelsVisible(False)
