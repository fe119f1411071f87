"""Keys that work while the module is shown, wherever the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qt
import slicer

if TYPE_CHECKING:
    from NEMOPETPanel.panel import Panel

NEXT_LESION, PREVIOUS_LESION = "Ctrl+Down", "Ctrl+Up"
TOGGLE_LESION, ADD_LESION, APPROVE_SEGMENT = "Ctrl+L", "Ctrl+K", "Ctrl+Space"
APPROVE_PATIENT, NEXT_PATIENT = "Ctrl+Return", "Ctrl+J"
TABS = tuple(f"Alt+{number}" for number in range(1, 7))


class Shortcuts:
    """The keys of the panel; none without a main window."""

    def __init__(self, panel: Panel) -> None:
        window = slicer.util.mainWindow()
        actions = {
            NEXT_LESION: lambda: panel.correct.step(1),
            PREVIOUS_LESION: lambda: panel.correct.step(-1),
            TOGGLE_LESION: panel.correct.ui.physiologicalButton.click,
            ADD_LESION: panel.correct.ui.addLesionButton.click,
            APPROVE_SEGMENT: panel.correct.ui.approveSegmentButton.click,
            APPROVE_PATIENT: panel.numbers.ui.approveButton.click,
            NEXT_PATIENT: panel.cohort.ui.openNextButton.click,
            **{key: (lambda tab=tab: panel.show_tab(tab)) for key, tab in zip(TABS, panel.tabs, strict=False)},
        }
        self._keys = {}
        for key, action in actions.items() if window is not None else ():
            shortcut = qt.QShortcut(qt.QKeySequence(key), window)
            shortcut.setEnabled(False)
            shortcut.connect("activated()", action)
            self._keys[key] = shortcut

    def set_enabled(self, enabled: bool) -> None:
        """Listen, or leave the keys to other modules."""
        for shortcut in self._keys.values():
            shortcut.setEnabled(enabled)

    def remove(self) -> None:
        """Take the keys away."""
        for shortcut in self._keys.values():
            shortcut.setEnabled(False)
            shortcut.setParent(None)
            shortcut.deleteLater()
        self._keys = {}
