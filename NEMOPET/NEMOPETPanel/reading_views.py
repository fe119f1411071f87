"""The PET/CT layout in this Slicer: fused slices, CT, PET and the turning projection, as the parameters say."""

from __future__ import annotations

import qt
import slicer


class ReadingViews:
    """Shows the open patient in the views of the application."""

    def __init__(self) -> None:
        self._display = None
        self._before = None

    def show(self, nodes, parameters) -> None:
        """Switch to the layout and put the patient into its views."""
        from NEMOPETLib.scene.layout import LAYOUT_ID, show_reading_layout
        from NEMOPETLib.scene.mip import face_mip, show_mip
        from NEMOPETLib.scene.views import show_in_slices

        manager = slicer.app.layoutManager()
        if manager is None:  # without a main window
            return
        layout = manager.layoutLogic().GetLayoutNode()
        if layout.GetViewArrangement() != LAYOUT_ID:
            self._before = layout.GetViewArrangement()
        show_reading_layout(layout)
        show_in_slices(nodes, fusion=parameters.fusionPercent / 100)
        slicer.util.resetSliceViews()
        self._display = show_mip(nodes, slicer.modules.volumerendering.logic())
        self.adjust(nodes, parameters)
        qt.QTimer.singleShot(0, lambda: face_mip(nodes))  # once the view has its size

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
