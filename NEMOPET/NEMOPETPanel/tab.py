"""What every tab has: its form, its message line, and buttons that say why they are off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slicer

from NEMOPETPanel.message_line import MessageLine
from NEMOPETPanel.python_packages import ensure_packages

if TYPE_CHECKING:
    from NEMOPETPanel.panel import Panel


class Tab:
    """One tab of the panel.

    Parameters
    ----------
    panel
        What the tabs share.
    """

    name = ""  # of the tab; its form is Resources/UI/NameTab.ui, its message line nameMessage

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.widget = slicer.util.loadUI(panel.resource_path(f"UI/{self.name.capitalize()}Tab.ui"))
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self.message = MessageLine(getattr(self.ui, f"{self.name}Message"))
        self._hints: dict = {}
        self.widget.setMRMLScene(slicer.mrmlScene)

    @property
    def parameters(self):
        """The parameter node; None while a scene closes."""
        return self.panel.parameters

    @property
    def reading(self):
        """The open patient and its worker."""
        return self.panel.reading

    def refresh(self) -> None:
        """Show what is: called after anything has changed."""

    def scene_changed(self) -> None:
        """Another scene, or none while one closes."""

    def entered(self) -> None:
        """The tab is shown."""

    def left(self) -> None:
        """Another tab or module is shown."""

    def closed(self) -> None:
        """The panel goes."""

    def offer(self, button, reason: str) -> None:
        """Switch a button on, or off with the reason as its hint."""
        hint = self._hints.setdefault(button.objectName, button.toolTip)
        button.setEnabled(not reason)
        button.setToolTip(reason or hint)

    def has_packages(self) -> bool:
        """Whether the Python packages are there, for which the user may be asked; if not, it is said."""
        lacking = ensure_packages()
        if lacking:
            self.failed(lacking)
        return not lacking

    def failed(self, text: str) -> None:
        """Show an error in the tab's line."""
        self.message.error(text)
        self.panel.refresh()
