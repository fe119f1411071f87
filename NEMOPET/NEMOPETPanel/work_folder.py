"""The folder of files that the panel and its worker hand to each other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path


class WorkFolder:
    """A private folder, made when it is first needed and removed at the end."""

    def __init__(self) -> None:
        self._root = None
        self._count = 0

    def fresh(self) -> Path:
        """An empty folder for one patient."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="nemopet-panel-"))
        self._count += 1
        folder = self._root / f"patient-{self._count}"
        folder.mkdir()
        return folder

    def keep(self, wanted: Sequence[Path]) -> None:
        """Remove the folders of patients in which none of these paths lies: each holds whole images."""
        if self._root is None:
            return
        for folder in self._root.iterdir():
            if not any(path.is_relative_to(folder) for path in wanted):
                shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        """Remove all that was written."""
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None
