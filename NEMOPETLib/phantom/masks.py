"""The phantom's own masks: lesions on the PET grid, tissues and organs on the CT grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.phantom.labels import label_slices
from NEMOPETLib.phantom.nifti import NiftiWriter
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.phantom.sampling import Sampling

LESIONS = "lesions"
MEASURED = (LESIONS, "muscle", "fat_sc", "fat_v", "spleen")
UPTAKE_ORGANS = ("brain", "heart", "liver", "kidney", "urinary_bladder")


def mask_sampling(phantom: Phantom, name: str) -> Sampling:
    """The grid that a mask lies on: the PET's for ``lesions``, else the CT's."""
    return phantom.pet if name == LESIONS else phantom.ct


def mask_slices(phantom: Phantom, name: str) -> Iterator[NDArray[np.bool_]]:
    """One mask, slice by slice (rows, columns) from the lowest up: the voxels whose centres lie in it.

    ``name`` is ``lesions`` or the name of a tissue or organ, as in ``Truth.tissues``.
    """
    table = mask_table(phantom, name).astype(bool)
    for labels in label_slices(phantom.anatomy, mask_sampling(phantom, name)):
        yield table[labels]


def lesion_label_slices(phantom: Phantom) -> Iterator[NDArray[np.uint8]]:
    """Lesion labels on the PET grid, slice by slice: n is ``Truth.lesions[n - 1]``, 0 is none."""
    table = mask_table(phantom, LESIONS)
    for labels in label_slices(phantom.anatomy, phantom.pet):
        yield table[labels]


def mask_table(phantom: Phantom, name: str) -> NDArray[np.uint8]:
    """What each label of ``label_slices`` is in a mask: 0 outside, 1 inside, for lesions their number."""
    parts = phantom.anatomy.parts
    table = np.zeros(len(parts) + 1, np.uint8)
    inside = [
        number
        for number, part in enumerate(parts, start=1)
        if (part.is_lesion if name == LESIONS else part.name == name and not part.is_lesion)
    ]
    if not inside:
        raise KeyError(name)
    table[inside] = np.arange(1, len(inside) + 1) if name == LESIONS else 1
    return table


def write_masks(
    phantom: Phantom,
    folder: Path,
    names: Sequence[str] = MEASURED,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Path]:
    """Write masks as ``folder/NAME.nii.gz`` (uint8, 0 and 1), all of one grid at once; gives their paths.

    ``progress`` is called with the number of slices done and of all slices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.nii.gz" for name in names}
    samplings = {mask_sampling(phantom, name) for name in names}
    total = sum(len(sampling.heights) for sampling in samplings)
    done = 0
    for sampling in samplings:
        on_grid = [name for name in names if mask_sampling(phantom, name) == sampling]
        tables = {name: (mask_table(phantom, name) > 0).astype(np.uint8) for name in on_grid}
        with ExitStack() as stack:
            writers = {name: stack.enter_context(NiftiWriter(paths[name], sampling, "uint8")) for name in on_grid}
            for labels in label_slices(phantom.anatomy, sampling):
                for name, writer in writers.items():
                    writer.append(tables[name][labels])
                done += 1
                if progress:
                    progress(done, total)
    return paths
