"""A combo box whose entries stand for names that the parameter node keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Choice:
    """Shows titles, tells names.

    Parameters
    ----------
    combo
        The combo box.
    entries
        Name and title of each entry.
    chosen
        Called with the name when the user chooses.
    """

    def __init__(self, combo, entries: Sequence, chosen: Callable[[str], None]) -> None:
        self._combo = combo
        self._names = [name for name, _title in entries]
        combo.clear()
        combo.addItems([title for _name, title in entries])
        combo.connect("activated(int)", lambda index: chosen(self._names[index]))

    @property
    def name(self) -> str:
        """The name of what is shown."""
        return self._names[max(0, self._combo.currentIndex)]

    def show(self, name: str) -> None:
        """Show the entry with this name, the first where there is none."""
        self._combo.setCurrentIndex(self._names.index(name) if name in self._names else 0)
