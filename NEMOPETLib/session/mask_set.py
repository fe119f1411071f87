"""The masks of one patient as a reader has them in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from NEMOPETLib.masks.corrections import Correction, correction
from NEMOPETLib.masks.lesions import LesionMap
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.measurements.patient_measurements import LESIONS
from NEMOPETLib.patient import PHYSIOLOGICAL, PatientMasks
from NEMOPETLib.studies.volume import Grid, Volume


@dataclass(eq=False)
class MaskSet:
    """Lesions and physiological uptake on the PET's grid, tissues on the CT's; and where they came from.

    ``physiological`` is apart from the lesions because a reader changes it by itself.
    """

    lesions: LesionMap | None = None
    tissues: dict[str, PackedMask] = field(default_factory=dict)
    physiological: PackedMask | None = None
    tissue_engine: str = ""
    warnings: tuple[str, ...] = ()

    def copy(self) -> MaskSet:
        """The same masks in a set of its own."""
        return replace(self, tissues=dict(self.tissues))

    def packed(self, name: str) -> PackedMask | None:
        """A mask by its name, None if there is none."""
        if name == LESIONS:
            return None if self.lesions is None else PackedMask(as_mask(LESIONS, self.lesions.labels))
        return self.physiological if name == PHYSIOLOGICAL else self.tissues.get(name)

    def to_write(self, corrected_segments: str = "") -> PatientMasks | None:
        """As ``patient`` writes them; None without lesions, which every patient's row needs, if only to say none."""
        if self.lesions is None:
            return None
        apart = None if self.physiological is None else self.physiological.unpacked()
        labels = None if apart is None else Volume(apart.voxels.astype(np.uint16), apart.grid)
        lesions = replace(self.lesions, physiological=labels)
        engine = self.tissue_engine or ("drawn by the reader" if self.tissues else "")
        return PatientMasks(lesions, self.tissues, engine, self.warnings, corrected_segments)


def as_mask(name: str, labels: Volume) -> Mask:
    """All labels as one mask."""
    return Mask(name, labels.voxels > 0, labels.grid)


def no_lesions(grid: Grid) -> LesionMap:
    """That a patient has no lesion."""
    return LesionMap(Volume(np.zeros(grid.shape, np.uint16), grid))


def corrections(automatic: MaskSet, current: MaskSet, names: tuple[str, ...]) -> Mapping[str, Correction]:
    """What a reader changed of each mask; one that is missing in either set counts as empty there.

    Masks that are one and the same in both sets are left out.
    """
    found = {}
    for name in names:
        if _is_the_same(automatic, current, name):
            continue
        before, after = automatic.packed(name), current.packed(name)
        either = before or after
        if either is not None:
            found[name] = correction(before or _empty(either), after or _empty(either))
    return found


def _is_the_same(one: MaskSet, other: MaskSet, name: str) -> bool:
    if name == LESIONS:
        return one.lesions is other.lesions
    return one.packed(name) is other.packed(name)


def _empty(like: PackedMask) -> PackedMask:
    return PackedMask(Mask(like.name, np.zeros(like.grid.shape, dtype=bool), like.grid))
