"""Segmentations that are already there: the same image, task, options and weights are never segmented twice.

The cache is a folder that may be deleted at any time: ``NEMOPET_CACHE``, or the user's cache folder. It holds
``segmentations/KEY.nii.gz`` with ``KEY.json`` beside it, which says what made it; the second is written last, so
that a segmentation without it does not count.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.volume import Volume
from NEMOPETLib.whole_file import replacing, write_whole

_SIZE = "bytes"


@dataclass(frozen=True)
class CachedSegmentation:
    """A label map in the cache, and the record of the run that made it."""

    path: Path
    record: Mapping[str, Any]


def cache_folder() -> Path:
    """``NEMOPET_CACHE``, or the folder that the operating system has for it."""
    if given := os.environ.get("NEMOPET_CACHE"):
        return Path(given)
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "nemopet" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "nemopet"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nemopet"


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
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as file, labels.open("rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)
        full = {**record, _SIZE: labels.stat().st_size}
        write_whole(about, json.dumps(full, indent=1).encode())
    except OSError as error:
        raise InputError(f"{kept.parent}: the cache cannot be written ({error.strerror}): set NEMOPET_CACHE") from error
    return CachedSegmentation(kept, full)


def _files(key: str) -> tuple[Path, Path]:
    folder = cache_folder() / "segmentations"
    return folder / f"{key}.nii.gz", folder / f"{key}.json"
