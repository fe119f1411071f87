"""One patient in a reader's hands: the images, the masks as they are now and as an engine made them, the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import LesionFile, MaskFile
from NEMOPETLib.masks.lesions import LesionMap
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.measurements.lesions import LesionNumbers
from NEMOPETLib.measurements.patient_measurements import (
    LESIONS,
    MASK_NAMES,
    TISSUES,
    PatientMeasurements,
    collected,
    column_names,
    measure_mask,
)
from NEMOPETLib.measurements.tissues import TissueNumbers
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Volume

PHYSIOLOGICAL = "physiological"
"""Uptake that is no lesion: kept with the masks so that it can be made a lesion again, never measured."""


@dataclass(eq=False)
class MaskSet:
    """Masks of one patient: lesions and physiological uptake on the PET's grid, tissues on the CT's."""

    lesions: LesionMap | None = None
    tissues: dict[str, PackedMask] = field(default_factory=dict)
    physiological: PackedMask | None = None

    def copy(self) -> MaskSet:
        """The same masks in a set of its own."""
        return MaskSet(self.lesions, dict(self.tissues), self.physiological)


class ReadingSession:
    """The work of one reader on one patient.

    Parameters
    ----------
    study
        The images.
    options
        How they are measured and written.
    work_folder
        Where files for the panel go.
    """

    def __init__(self, study: Study, options: PatientOptions, work_folder: Path) -> None:
        self.study, self.options, self.work_folder = study, options, work_folder
        self.automatic, self.current = MaskSet(), MaskSet()
        self._numbers: dict[str, LesionNumbers | TissueNumbers] = {}

    def change(self, files: Mapping[str, Path | None], progress: Progress = no_progress) -> tuple[str, ...]:
        """Take masks as the reader left them; those that are what they were change nothing.

        Parameters
        ----------
        files
            By name of ``MASK_NAMES`` or ``physiological``; None for a mask that is no longer there. Without lesions
            the patient has none; without a tissue its columns are empty.

        Returns
        -------
        The names of the masks that did change.

        Raises
        ------
        InputError
            If a name is unknown or a file cannot be read as a mask of these images; no mask is changed then.
        """
        unknown = [name for name in files if name not in (*MASK_NAMES, PHYSIOLOGICAL)]
        if unknown:
            raise InputError(f"unknown mask {', '.join(unknown)}: the known ones are {', '.join(MASK_NAMES)}")
        read = {
            name: None if path is None else self._read(name, path)
            for name, path in progress(list(files.items()), "Reading masks")
        }
        return tuple(name for name, mask in read.items() if self._set(name, mask))

    def measure(self, progress: Progress = no_progress) -> tuple[str, ...]:
        """Measure the masks that were not measured since they changed; gives their names."""
        wanted = [name for name in self._present() if name not in self._numbers]
        for name in progress(wanted, "Measuring"):
            self._numbers[name] = self.measured_as(name, self._mask(name))
        return tuple(wanted)

    def measured_as(self, name: str, mask: Mask | Volume) -> LesionNumbers | TissueNumbers:
        """The numbers that a mask would give in this patient."""
        study = self.study
        return measure_mask(name, mask, pet=study.pet, ct=study.ct, sul_per_suv=self._sul_per_suv())

    def measurements(self) -> PatientMeasurements:
        """All numbers of the patient. Raises InputError if a mask is not measured."""
        late = [name for name in self._present() if name not in self._numbers]
        if late:
            raise InputError(f"{', '.join(late)}: changed and not measured since: measure first")
        return collected(self._numbers, is_sul_lacking=self._sul_per_suv() is None)

    def values_of(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The columns that these masks fill; None for those of a mask that is not there."""
        values = self.measurements().values
        return {column: values[column] for name in names for column in column_names(name)}

    def warnings(self) -> tuple[str, ...]:
        """All that the row will warn of."""
        found = self.current.lesions.warnings if self.current.lesions is not None else ()
        return tuple(dict.fromkeys((*self.study.warnings, *found, *self.measurements().warnings)))

    def _sul_per_suv(self) -> float | None:
        return self.study.patient.sul_per_suv(self.options.lbm_formula)

    def _present(self) -> list[str]:
        found = [LESIONS] if self.current.lesions is not None else []
        return found + [name for name in TISSUES if name in self.current.tissues]

    def _mask(self, name: str) -> Mask | Volume:
        if name != LESIONS:
            return self.current.tissues[name].unpacked()
        assert self.current.lesions is not None
        return self.current.lesions.labels

    def _read(self, name: str, path: Path) -> LesionMap | PackedMask:
        file = MaskFile(path)
        if name == LESIONS:
            return LesionFile(file).segment(self.study)
        grid = self.study.pet.grid if name == PHYSIOLOGICAL else self.study.ct.grid
        return PackedMask(file.read(name, grid, self.study.frame_of_reference))

    def _set(self, name: str, mask: LesionMap | PackedMask | None) -> bool:
        """Put a mask in place of the current one; False if it has the same voxels."""
        if name == LESIONS:
            return self._set_lesions(mask if isinstance(mask, LesionMap) else self._no_lesions())
        assert not isinstance(mask, LesionMap)
        old = self.current.physiological if name == PHYSIOLOGICAL else self.current.tissues.get(name)
        if (mask is None and old is None) or (mask is not None and old is not None and mask.same_voxels(old)):
            return False
        if name == PHYSIOLOGICAL:
            self.current.physiological = mask
            return True
        self._numbers.pop(name, None)
        self.current.tissues.pop(name, None)
        if mask is not None:
            self.current.tissues[name] = mask
        return True

    def _set_lesions(self, found: LesionMap) -> bool:
        old = self.current.lesions
        if old is not None and np.array_equal(old.labels.voxels > 0, found.labels.voxels > 0):
            return False
        self.current.lesions = found
        self._numbers.pop(LESIONS, None)
        return True

    def _no_lesions(self) -> LesionMap:
        grid = self.study.pet.grid
        return LesionMap(Volume(np.zeros(grid.shape, np.uint16), grid))
