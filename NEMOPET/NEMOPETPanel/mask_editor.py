"""Slicer's Segment Editor inside the panel, on one mask of the open patient at a time."""

from __future__ import annotations

import slicer


class MaskEditor:
    """Takes a mask into the editor, and lets go of it.

    Parameters
    ----------
    widget
        The qMRMLSegmentEditorWidget of the form.
    """

    def __init__(self, widget) -> None:
        self._widget = widget
        self._node = None
        self._edited = None  # the segmentation's ID and the name: another patient has other ones of the same name
        widget.setMaximumNumberOfUndoStates(10)
        widget.segmentationNodeSelectorVisible = False
        widget.sourceVolumeNodeSelectorVisible = False
        widget.switchToSegmentationsButtonVisible = False
        widget.addRemoveSegmentButtonsVisible = False
        widget.autoShowSourceVolumeNode = False

    def edit(self, nodes, name: str) -> None:
        """Make a mask the one that is edited; nothing happens if it is. Raises InputError if it is not there."""
        from NEMOPETLib.scene.editor import edit_mask

        wanted = (nodes.segmentation_of(name).GetID(), name)
        if wanted == self._edited:
            return
        if self._edited is not None and slicer.mrmlScene.GetNodeByID(self._edited[0]) is None:
            self.leave()
        if self._node is None:
            self._node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")
            self._widget.setMRMLSegmentEditorNode(self._node)
            self._widget.setMRMLScene(slicer.mrmlScene)
        self._edited = wanted
        edit_mask(nodes, name, self._node)
        self._widget.setupViewObservations()
        if not self._widget.activeEffect():
            self._widget.installKeyboardShortcuts()

    def leave(self) -> None:
        """Take no more clicks or keys."""
        if self._node is None:
            return
        self._widget.setActiveEffect(None)
        self._widget.removeViewObservations()
        self._widget.uninstallKeyboardShortcuts()
        self._widget.setMRMLSegmentEditorNode(None)
        slicer.mrmlScene.RemoveNode(self._node)
        self._node = self._edited = None
