"""The line inside a tab that says what went wrong or what was done."""

from __future__ import annotations

import logging
from html import escape


class MessageLine:
    """A label that is there only while it has something to say."""

    def __init__(self, label) -> None:
        self._label = label
        self.text = ""
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self._show("", "")

    def error(self, text: str) -> None:
        """Say what went wrong, in red, and in the log."""
        logging.info("NEMO-PET: %s", text)
        self._show(text, "#b3261e")

    def warning(self, text: str) -> None:
        """Say what the reader should know."""
        self._show(text, "#8a5a00")

    def notice(self, text: str) -> None:
        """Say what was done."""
        self._show(text, "#1b6e3c")

    def _show(self, text: str, colour: str) -> None:
        self.text = text
        self._label.setText(f'<span style="color:{colour}">{escape(text)}</span>' if text else "")
        self._label.setVisible(bool(text))
