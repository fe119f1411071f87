"""Where objects are never written: among the images that they were made of."""

from __future__ import annotations

import os
from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.selection import Selection


def refuse_source_folder(folder: Path, selection: Selection) -> None:
    """Refuse a folder in that of a study's images, before anything is written into it.

    The study's folder is the nearest one that holds both PET and CT. Where series of many patients lie side by side
    that is the archive, and refused too: what is written there would be found as a part of it. Only the root of a file
    system is no study's: PET and CT on two disks refuse their own folders.

    Raises
    ------
    InputError
        If the folder is the study's or lies in it.
    """
    series = [one.stack for one in (selection.pet, selection.ct) if one is not None]
    sources = {slice_.path.parent.resolve() for stack in series for slice_ in stack.slices}
    if any(folder.resolve().is_relative_to(source) for source in (*sources, *_common_parent(sources))):
        raise InputError(f"{folder} lies among the study's own files: put the cohort table into another folder")


def _common_parent(folders: set[Path]) -> list[Path]:
    """The nearest folder that holds all; none if that is the root of a file system, or they are on several."""
    try:
        common = Path(os.path.commonpath(folders))
    except ValueError:  # two drives of Windows
        return []
    return [] if common == Path(common.anchor) else [common]
