"""Masks that the scene keeps beside the segmentations, small: text of packed bits, saved with the scene."""

from __future__ import annotations

import base64
import json
import zlib

import numpy as np

from NEMOPETLib.masks.cropped_mask import CroppedMask
from NEMOPETLib.scene.patient_nodes import PatientNodes
from NEMOPETLib.studies.volume import Grid


def keep(patient: PatientNodes, entry: str, mask: CroppedMask) -> None:
    """Keep a mask under a name."""
    patient.memory.SetParameter(entry, _packed(mask))


def kept(patient: PatientNodes, entry: str, name: str) -> CroppedMask | None:
    """The mask that was kept under ``entry``, of what is called ``name``; None if there is none."""
    text = patient.memory.GetParameter(entry)
    return _unpacked(text, name, patient.grid_of(name)) if text else None


def forget(patient: PatientNodes, entry: str) -> None:
    """Keep it no longer."""
    patient.memory.UnsetParameter(entry)


def entries(patient: PatientNodes, prefix: str) -> tuple[str, ...]:
    """The names of what is kept that begin so, in the order of the alphabet."""
    return tuple(sorted(entry for entry in patient.memory.GetParameterNames() if entry.startswith(prefix)))


def _packed(mask: CroppedMask) -> str:
    # Masks are runs of equal bytes: looking for more takes twice as long and gains nothing.
    compressor = zlib.compressobj(1, strategy=zlib.Z_RLE)
    bits = compressor.compress(np.packbits(mask.voxels, axis=-1).tobytes()) + compressor.flush()
    text = base64.b64encode(bits).decode("ascii")
    return json.dumps({"corner": mask.corner, "shape": mask.voxels.shape, "bits": text})


def _unpacked(text: str, name: str, grid: Grid) -> CroppedMask:
    content = json.loads(text)
    bits = np.frombuffer(zlib.decompress(base64.b64decode(content["bits"])), dtype=np.uint8)
    k, j, i = content["shape"]
    voxels = np.unpackbits(bits.reshape(k, j, -1), axis=-1, count=i).view(np.bool_)
    return CroppedMask(name, voxels, tuple(content["corner"]), grid)
