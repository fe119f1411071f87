"""One click in a slice view, told as a place in the patient."""

from __future__ import annotations

from collections.abc import Callable

import qt
import slicer
import vtk


class ClickInSlice:
    """Waits for a click in any slice view of the layout; Escape ends the waiting.

    Parameters
    ----------
    clicked
        Called with the place (LPS, mm).
    ended
        Called when the waiting ends without a click.
    """

    def __init__(self, clicked: Callable, ended: Callable[[], None]) -> None:
        self._clicked, self._ended = clicked, ended
        self._observed: list = []

    def start(self) -> None:
        """Listen to the views."""
        self.stop()
        manager = slicer.app.layoutManager()
        for name in manager.sliceViewNames() if manager is not None else ():
            view = manager.sliceWidget(name).sliceView()
            view.setViewCursor(qt.QCursor(qt.Qt.CrossCursor))
            interactor = view.interactorStyle().GetInteractor()
            logic = manager.sliceWidget(name).sliceLogic()
            press = interactor.AddObserver(
                vtk.vtkCommand.LeftButtonPressEvent,
                lambda caller, _event, logic=logic: self._on_press(caller, logic),
                10.0,
            )
            key = interactor.AddObserver(vtk.vtkCommand.KeyPressEvent, self._on_key, 10.0)
            self._observed.append((view, interactor, (press, key)))

    def stop(self) -> None:
        """Listen no more."""
        for view, interactor, tags in self._observed:
            view.unsetViewCursor()
            for tag in tags:
                interactor.RemoveObserver(tag)
        self._observed = []

    def _on_press(self, interactor, logic) -> None:
        for tag in self._tags_of(interactor):
            interactor.GetCommand(tag).SetAbortFlag(1)  # the click is ours: no window, crosshair or brush takes it too
        x, y = interactor.GetEventPosition()
        right, anterior, superior, _one = logic.GetSliceNode().GetXYToRAS().MultiplyPoint((x, y, 0.0, 1.0))
        self.stop()
        self._clicked((-right, -anterior, superior))

    def _tags_of(self, interactor) -> tuple:
        return next((tags for _view, one, tags in self._observed if one is interactor), ())

    def _on_key(self, interactor, _event) -> None:
        if interactor.GetKeySym() == "Escape":
            self.stop()
            self._ended()
