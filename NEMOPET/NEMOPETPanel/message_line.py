"""The line inside a tab that says what went wrong or what was done."""

from __future__ import annotations

import logging
from html import escape

from NEMOPETPanel.inks import AMBER, GREEN, RED, inked
from NEMOPETPanel.own_language import in_own_language


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
        self._show(text, RED)

    def warning(self, text: str) -> None:
        """Say what the reader should know."""
        self._show(text, AMBER)

    def notice(self, text: str) -> None:
        """Say what was done."""
        self._show(text, GREEN)

    def _show(self, text: str, colour: str) -> None:
        self.text = in_own_language(text)
        show_html(self._label, inked(colour, escape(self.text)) if text else "")


def show_html(label, html: str) -> None:
    """Put a text into a label that has several lines; a tab gives it the height only if it asks for it."""
    label.setText(html)
    label.setVisible(bool(html))
    wrapped = label.heightForWidth(max(label.width, 300))
    label.setMinimumHeight(max(wrapped, label.sizeHint.height() if not label.wordWrap else 0) if html else 0)
