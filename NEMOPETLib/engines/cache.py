"""Segmentations that are already there: the same image, task, options and weights are never segmented twice.

They lie in the folder of the cache, which may be deleted at any time, as
``segmentations/KEY.nii.gz`` with ``KEY.json`` beside it, which says what made it; the second is written last, so
that a segmentation without it does not count.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.engines.folders import cache_folder, writing_into
from NEMOPETLib.studies.volume import Volume
from NEMOPETLib.whole_file import replacing, write_whole

_SIZE = "bytes"


@dataclass(frozen=True)
class CachedSegmentation:
    """A label map in the cache, and the record of the run that made it."""

    path: Path
    record: Mapping[str, Any]


def digest_of_image(image: Volume) -> str:
    """SHA-256 of an image: its voxels, their type and their place in the patient."""
    digest = hashlib.sha256(json.dumps([image.voxels.dtype.str, image.grid.shape]).encode())
    digest.update(np.ascontiguousarray(image.grid.affine).tobytes())
    for plane in image.voxels:
        digest.update(np.ascontiguousarray(plane).data)
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cache_key(*parts: object) -> str:
    """The key of what a segmentation depends on: anything that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def cached(key: str) -> CachedSegmentation | None:
    """What the cache holds under a key; None if nothing, or nothing that is whole."""
    labels, about = _files(key)
    try:
        record = json.loads(about.read_bytes())
        if labels.stat().st_size == record[_SIZE]:
            return CachedSegmentation(labels, record)
    except (OSError, ValueError, KeyError):
        return None
    return None


def keep(key: str, labels: Path, record: Mapping[str, Any]) -> CachedSegmentation:
    """Copy a label map into the cache.

    Raises
    ------
    InputError
        If the cache cannot be written.
    """
    kept, about = _files(key)
    full = {**record, _SIZE: labels.stat().st_size}
    with writing_into(kept.parent, "NEMOPET_CACHE"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as file, labels.open("rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)
        try:
            write_whole(about, json.dumps(full, indent=1).encode())
        except OSError:
            kept.unlink()  # it would never be found
            raise
    return CachedSegmentation(kept, full)


def _files(key: str) -> tuple[Path, Path]:
    folder = cache_folder() / "segmentations"
    return folder / f"{key}.nii.gz", folder / f"{key}.json"
