"""A volume of the scene as an image file that the worker reads."""

from __future__ import annotations

from pathlib import Path

import slicer

_READ_BY_THE_LIBRARY = (".nrrd", ".nhdr", ".nii", ".nii.gz", ".mha", ".mhd")


def image_file_of(node):
    """The file that a volume was loaded from and still is; None if it was changed, moved, or will go with Slicer."""
    storage = node.GetStorageNode()
    name = storage.GetFullNameFromFileName() if storage is not None else ""
    if not name or not name.lower().endswith(_READ_BY_THE_LIBRARY) or not Path(name).is_file():
        return None
    path = Path(name).resolve()
    passing = path.is_relative_to(Path(slicer.app.temporaryPath).resolve())
    changed = storage.GetNumberOfFileNames() > 0 or node.GetModifiedSinceRead() or node.GetParentTransformNode()
    return None if passing or changed else path


def write_volume(node, path: Path) -> Path:
    """Write a volume, as its transforms place it in the scene, to a file that is the worker's alone."""
    moved = node.GetParentTransformNode() is not None  # without it the file would lie where the voxels once did
    slicer.util.exportNode(node, str(path), {"useCompression": 0}, world=moved)
    return path
