"""Imports what the window needs to show a patient, one module a turn: all at once would stop the window."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module

from NEMOPETPanel.turns import in_turns

_MODULES = (
    "numpy",
    "scipy.special",
    "scipy.ndimage",
    "SimpleITK",
    "pydicom",
    "pydicom.pixels",
    "NEMOPETLib.masks.mask_files",
    "NEMOPETLib.scene.patient_nodes",
    "NEMOPETLib.scene.review",
    "NEMOPETLib.scene.lesion_edits",
    "NEMOPETLib.scene.views",
    "NEMOPETLib.scene.mip",
    "NEMOPETLib.scene.changes",
)


def import_in_turns() -> None:
    """Import them while the worker reads; the packages have to be there."""
    in_turns([partial(import_module, name) for name in _MODULES if name not in sys.modules])
