"""The PET/CT layout in this Slicer: fused slices, CT, PET and the turning projection, as the parameters say."""

from __future__ import annotations

import slicer

from NEMOPETPanel.turns import in_turns
from NEMOPETPanel.view_nodes import make_view

_GREY = "#7F7F7F"  # of the projection's bar


class ReadingViews:
    """Shows the open patient in the views of the application."""

    def __init__(self) -> None:
        self._display = None
        self._paused: dict = {}  # views that wait to be drawn, by name, the next one last
        self._drawn = None  # the projection's volume once its graphics are ready
        self._adjusted = None  # to what the views were adjusted
        self._place = None  # where the views stand, or are on their way to

    @property
    def are_in_layout(self) -> bool:
        """Whether the application shows the reading layout."""
        from NEMOPETLib.scene.layout import LAYOUT_ID

        manager = slicer.app.layoutManager()
        return manager is not None and manager.layoutLogic().GetLayoutNode().GetViewArrangement() == LAYOUT_ID

    def steps(self, nodes, parameters) -> list:
        """Switch to the layout and put the patient into its views, in pieces: all at once would stop the window."""
        if slicer.app.layoutManager() is None:
            return []
        from NEMOPETLib.scene.layout import MIP_LABEL, MIP_VIEW, SLICE_VIEWS, layout_steps
        from NEMOPETLib.scene.mip import face_mip
        from NEMOPETLib.scene.mip_volume import mip_volume
        from NEMOPETLib.scene.views import slice_steps

        make = [lambda view=view: _make_slice_view(view) for view in SLICE_VIEWS]
        make.append(lambda: make_view("vtkMRMLViewNode", MIP_VIEW, MIP_LABEL, _GREY))
        return [
            *make,
            self._pause,
            *layout_steps(slicer.app.layoutManager().layoutLogic().GetLayoutNode()),
            *slice_steps(nodes, fusion=parameters.fusionPercent / 100),
            *(lambda view=view: _fit(view) for view in SLICE_VIEWS),
            lambda: mip_volume(nodes),
            lambda: self._show_mip(nodes),
            lambda: self.adjust(nodes, parameters),
            lambda: face_mip(nodes),
            lambda: self._draw_few_voxels(nodes),
            *[self._draw_next] * len([*SLICE_VIEWS, MIP_VIEW]),
        ]

    def resume(self) -> None:
        """Let all views draw again, if the steps were not done to their end."""
        while self._paused:
            self._paused.popitem()[1].resumeRender()

    def _pause(self) -> None:
        """Draw nothing until all is in its place; views that still wait from before are not let go in between."""
        from NEMOPETLib.scene.layout import MIP_VIEW, SLICE_VIEWS

        manager, waiting = slicer.app.layoutManager(), self._paused
        in_space = [manager.threeDWidget(n).threeDView() for n in range(manager.threeDViewCount)]
        named = {view.mrmlViewNode().GetLayoutName(): view for view in in_space}
        slices = {one.name: manager.sliceWidget(one.name).sliceView() for one in reversed(SLICE_VIEWS)}
        self._paused = {**slices, MIP_VIEW: named[MIP_VIEW]}
        for name, view in self._paused.items():
            if name not in waiting:
                view.pauseRender()

    def _draw_next(self) -> None:
        if self._paused:
            _, view = self._paused.popitem()
            view.resumeRender()
            view.forceRender()

    def _draw_few_voxels(self, nodes) -> None:
        """The first time, let the graphics make ready what draws the projection, which takes as long as drawing it."""
        from NEMOPETLib.scene.layout import MIP_VIEW
        from NEMOPETLib.scene.mip_volume import mip_volume, of_few_voxels

        view, volume = self._paused.get(MIP_VIEW), mip_volume(nodes)
        if view is not None and volume is not self._drawn:
            self._drawn = volume
            with of_few_voxels(nodes):
                view.forceRender()

    def _show_mip(self, nodes) -> None:
        from NEMOPETLib.scene.mip import show_mip

        self._display = show_mip(nodes, slicer.modules.volumerendering.logic())
        self._adjusted = None

    def adjust(self, nodes, parameters) -> None:
        """Apply fusion, window and turning, where they are not what is shown: each makes the views draw."""
        wanted = (nodes.key, parameters.fusionPercent, parameters.suvMaximum, parameters.rotateMip)
        if wanted == self._adjusted:
            return
        self._adjusted = wanted
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
        self._adjusted = None

    def jump(self, position_lps) -> None:
        """Show a place in all views, one after the other; a further jump takes the place of one under way."""
        from NEMOPETLib.scene.views import jump_steps

        self._place = place = tuple(position_lps)
        steps = jump_steps(slicer.mrmlScene, place)
        in_turns(steps, wanted=lambda: self._place is place)


def _fit(view) -> None:
    """Let a slice view show all of its background, as Slicer's own button does."""
    slicer.app.layoutManager().sliceWidget(view.name).sliceController().fitSliceToBackground()


def _make_slice_view(view) -> None:
    node = make_view("vtkMRMLSliceNode", view.name, view.label, view.colour)
    if node is not None:
        node.SetOrientation(view.orientation)
