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
        correct, numbers, cohort = panel.correct, panel.numbers, panel.cohort
        self._actions = {
            NEXT_LESION: lambda: correct.step(1),
            PREVIOUS_LESION: lambda: correct.step(-1),
            TOGGLE_LESION: lambda: panel.press(correct.ui.physiologicalButton),
            ADD_LESION: lambda: panel.press(correct.ui.addLesionButton),
            APPROVE_SEGMENT: lambda: panel.press(correct.ui.approveSegmentButton),
            APPROVE_PATIENT: lambda: panel.press(numbers.ui.approveButton),
            NEXT_PATIENT: lambda: panel.press(cohort.ui.openNextButton),
            **{key: (lambda tab=tab: panel.show_tab(tab)) for key, tab in zip(TABS, panel.tabs, strict=True)},
        }
        self._keys = {}
        for key in self._actions if window is not None else ():
            shortcut = qt.QShortcut(qt.QKeySequence(key), window)
            shortcut.setEnabled(False)
            shortcut.connect("activated()", lambda key=key: self.act(key))
            self._keys[key] = shortcut

    def act(self, key: str) -> None:
        """Do what a key does."""
        self._actions[key]()

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
