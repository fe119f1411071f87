"""The PET/CT layout in this Slicer: fused slices, CT, PET and the turning projection, as the parameters say."""

from __future__ import annotations

import slicer


class ReadingViews:
    """Shows the open patient in the views of the application."""

    def __init__(self) -> None:
        self._display = None

    def steps(self, nodes, parameters) -> list:
        """Switch to the layout and put the patient into its views, in pieces: all at once would stop the window."""
        if slicer.app.layoutManager() is None:
            return []
        from NEMOPETLib.scene.layout import MIP_VIEW, SLICE_VIEWS
        from NEMOPETLib.scene.mip import face_mip
        from NEMOPETLib.scene.views import show_in_slices

        slices = [("vtkMRMLSliceNode", view.name) for view in SLICE_VIEWS]
        views = [*slices, ("vtkMRMLViewNode", MIP_VIEW)]
        make = [lambda kind=kind, name=name: _make_view(kind, name) for kind, name in views]
        return [
            *make,
            self._switch,
            lambda: show_in_slices(nodes, fusion=parameters.fusionPercent / 100),
            slicer.util.resetSliceViews,
            lambda: self._show_mip(nodes),
            lambda: self.adjust(nodes, parameters),
            lambda: face_mip(nodes),
        ]

    def _switch(self) -> None:
        from NEMOPETLib.scene.layout import show_reading_layout

        show_reading_layout(slicer.app.layoutManager().layoutLogic().GetLayoutNode())

    def _show_mip(self, nodes) -> None:
        from NEMOPETLib.scene.mip import show_mip

        self._display = show_mip(nodes, slicer.modules.volumerendering.logic())

    def adjust(self, nodes, parameters) -> None:
        """Apply fusion, window and turning."""
        from NEMOPETLib.scene.mip import set_mip_window, spin_mip
        from NEMOPETLib.scene.views import pet_overlay, set_fusion
        from NEMOPETLib.scene.volumes import set_window

        window = (0.0, parameters.suvMaximum)
        set_fusion(slicer.mrmlScene, parameters.fusionPercent / 100)
        for volume in (nodes.pet, pet_overlay(nodes)):
            set_window(volume, window)
        if self._display is not None and self._display.GetScene() is slicer.mrmlScene:
            set_mip_window(self._display, window)
        spin_mip(slicer.mrmlScene, parameters.rotateMip)

    def stop_turning(self) -> None:
        """Let nothing turn while no one looks."""
        from NEMOPETLib.scene.mip import spin_mip

        spin_mip(slicer.mrmlScene, False)

    def jump(self, position_lps) -> None:
        """Centre all views on a place."""
        from NEMOPETLib.scene.views import jump_to

        jump_to(slicer.mrmlScene, position_lps)


def _make_view(kind: str, name: str) -> None:
    """Let the application make the widget of a view before the layout asks for it."""
    if slicer.mrmlScene.GetSingletonNode(name, kind) is not None:
        return
    node = slicer.mrmlScene.CreateNodeByClass(kind)
    node.UnRegister(None)
    node.SetSingletonTag(name)
    node.SetLayoutName(name)
    node.SetName(name)
    slicer.mrmlScene.AddNode(node)
