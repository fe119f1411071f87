"""A progress bar with the title of the stage, the time left and a button to cancel."""

from __future__ import annotations

from collections.abc import Callable

from slicer.i18n import tr as _

from NEMOPETPanel.own_language import in_own_language


class ProgressRow:
    """Shown while something runs; titles come from the work itself."""

    def __init__(self, bar, cancel_button, label, cancel: Callable[[], None]) -> None:
        self._bar, self._button, self._label = bar, cancel_button, label
        cancel_button.connect("clicked()", self._on_cancel)
        self._cancel = cancel
        self.finish()

    def start(self, title: str) -> None:
        """Show the row, without a known length yet."""
        self._bar.setRange(0, 0)
        self._label.setText(title)
        self._button.setEnabled(True)
        self._set_visible(True)

    def told(self, progress: dict) -> None:
        """Show what the work says: ``title``, ``done``, ``total`` and, once known, ``seconds_left``."""
        title = in_own_language(str(progress.get("title", "")))
        done, total = float(progress.get("done") or 0), float(progress.get("total") or 0)
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(int(1000 * done / total))
        left = progress.get("seconds_left")
        text = title
        if left is not None:
            text = _("{title}: about {time} left").format(title=title, time=duration_text(left))
        self._label.setText(text)

    def finish(self) -> None:
        """Hide the row."""
        self._set_visible(False)

    def _on_cancel(self) -> None:
        self._button.setEnabled(False)
        self._label.setText(_("Stopping …"))
        self._cancel()

    def _set_visible(self, visible: bool) -> None:
        for widget in (self._bar, self._button, self._label):
            widget.setVisible(visible)


def duration_text(seconds: float) -> str:
    """``45 s``, ``3 min 20 s`` or ``1 h 05 min``: the same in English and French."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest // 10 * 10:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
