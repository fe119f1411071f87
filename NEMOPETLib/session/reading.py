"""One patient in a reader's hands: the images, the masks as they are now and as an engine made them, the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.corrections import Correction, corrected_segments
from NEMOPETLib.masks.engine import LesionFile, MaskFile, TissueMasks
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
from NEMOPETLib.patient import PHYSIOLOGICAL, PatientOptions, all_warnings
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.session.mask_set import MaskSet, as_mask, corrections, no_lesions
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Volume

Numbers = LesionNumbers | TissueNumbers


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

    Attributes
    ----------
    automatic, current
        The masks as an engine made them, and as they are now.
    variants
        Numbers of masks made larger or smaller, by mask and variant, while the mask stays what it is.
    untold
        The names of the masks that changed or were measured since a panel was last told numbers.
    """

    def __init__(self, study: Study, options: PatientOptions, work_folder: Path) -> None:
        self.study, self.options, self.work_folder = study, options, work_folder
        self.automatic, self.current = MaskSet(), MaskSet()
        self.variants: dict[str, dict[str, Numbers]] = {}
        self.untold: dict[str, None] = {}
        self._numbers: dict[str, Numbers] = {}
        self._corrections: dict[str, Correction | None] = {}

    def segmented(
        self, choice: EngineChoice, *, lesions: bool, tissues: bool, progress: Progress = no_progress
    ) -> MaskSet:
        """The automatic masks with those that engines find now; nothing is changed until they are taken (``take``).

        Raises
        ------
        InputError
            As the engines.
        """
        found = choice.lesion_engine().segment(self.study, progress) if lesions else None
        engine = choice.tissue_engine() if tissues else None
        given = engine.segment(self.study, progress) if engine else TissueMasks({}, "")
        kept = {name: PackedMask(read()) for name, read in progress(list(given.masks.items()), "Reading tissues")}
        automatic = self.automatic.copy()
        if found is not None:
            apart = None if found.physiological is None else as_mask(PHYSIOLOGICAL, found.physiological)
            automatic.lesions = replace(found, physiological=None)
            automatic.physiological = None if apart is None else PackedMask(apart)
        if engine is not None:
            automatic.tissues, automatic.tissue_engine, automatic.warnings = kept, given.description, given.warnings
        return automatic

    def take(self, automatic: MaskSet, replaced: Sequence[str], current: MaskSet | None = None) -> None:
        """Begin anew with some masks.

        Parameters
        ----------
        automatic
            All masks as engines made them.
        replaced
            Which of them are new.
        current
            As a reader left them; the automatic ones if there are none.
        """
        self.automatic = automatic
        self.current.tissue_engine, self.current.warnings = automatic.tissue_engine, automatic.warnings
        source = current or automatic
        for name in replaced:
            self._put(name, source.lesions if name == LESIONS else source.packed(name))

    def resume(
        self,
        files: Mapping[str, Path],
        *,
        lesion_engine: str,
        tissue_engine: str,
        warnings: Sequence[str],
        progress: Progress = no_progress,
    ) -> None:
        """Begin anew with masks that engines made before, such as those kept in a scene.

        Parameters
        ----------
        files
            By name of ``MASK_NAMES`` or ``physiological``.
        lesion_engine, tissue_engine, warnings
            What was said of them then.

        Raises
        ------
        InputError
            As ``change``; no mask is changed then.
        """
        _check_names(files)
        read = {name: self._read(name, path) for name, path in progress(list(files.items()), "Reading masks")}
        automatic = MaskSet(tissue_engine=tissue_engine, warnings=tuple(warnings))
        for name, mask in read.items():
            if isinstance(mask, LesionMap):
                automatic.lesions = replace(mask, description=lesion_engine)
            elif name == PHYSIOLOGICAL:
                automatic.physiological = mask
            else:
                automatic.tissues[name] = mask
        self.take(automatic, list(read))

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
        _check_names(files)
        read = {
            name: None if path is None else self._read(name, path)
            for name, path in progress(list(files.items()), "Reading masks")
        }
        changed = tuple(name for name, mask in read.items() if self._differs(name, mask))
        for name in changed:
            self.untold[name] = None
            self._put(name, self._automatic_if_equal(name, read[name]))
        return changed

    def measure(self, progress: Progress = no_progress) -> tuple[str, ...]:
        """Measure the masks that were not measured since they changed; gives their names."""
        wanted = [name for name in self.present() if name not in self._numbers]
        for name in progress(wanted, "Measuring"):
            self._numbers[name] = self.measured_as(name, self.mask(name))
            self.untold[name] = None
        return tuple(wanted)

    def measured_as(self, name: str, mask: Mask | Volume) -> Numbers:
        """The numbers that a mask would give in this patient."""
        study = self.study
        return measure_mask(name, mask, pet=study.pet, ct=study.ct, sul_per_suv=self._sul_per_suv())

    def measurements(self) -> PatientMeasurements:
        """All numbers of the patient. Raises InputError if a mask is not measured."""
        late = [name for name in self.present() if name not in self._numbers]
        if late:
            raise InputError(f"{', '.join(late)}: changed and not measured since: measure first")
        return collected(self._numbers, is_sul_lacking=self._sul_per_suv() is None)

    def values_of(self, names: Sequence[str]) -> dict[str, Any]:
        """The columns that these masks fill; None for those of a mask that is not there."""
        values = self.measurements().values
        return {column: values[column] for name in names for column in column_names(name)}

    def warnings(self) -> tuple[str, ...]:
        """All that the row will warn of."""
        found = self.current.lesions.warnings if self.current.lesions is not None else ()
        return all_warnings(self.study, (*found, *self.current.warnings), self.measurements())

    def corrections(self) -> Mapping[str, Correction]:
        """What the reader changed of each mask that is measured; all of it where there was no automatic one."""
        late = tuple(name for name in MASK_NAMES if name not in self._corrections)
        found = corrections(self.automatic, self.current, late)
        self._corrections |= {name: found.get(name) for name in late}
        return {name: one for name, one in sorted(self._corrections.items()) if one is not None and one.changed}

    def corrected_segments(self) -> str:
        """The corrections as the row has them."""
        return corrected_segments(self.corrections())

    def present(self) -> list[str]:
        """The names of the masks that are there and can be measured."""
        found = [LESIONS] if self.current.lesions is not None else []
        return found + [name for name in TISSUES if name in self.current.tissues]

    def mask(self, name: str) -> Mask | Volume:
        """A mask that is there, lesions as labels."""
        if name != LESIONS:
            return self.current.tissues[name].unpacked()
        assert self.current.lesions is not None
        return self.current.lesions.labels

    def _sul_per_suv(self) -> float | None:
        return self.study.patient.sul_per_suv(self.options.lbm_formula)

    def _read(self, name: str, path: Path) -> LesionMap | PackedMask:
        file = MaskFile(path)
        if name == LESIONS:
            return LesionFile(file).segment(self.study)
        grid = self.study.pet.grid if name == PHYSIOLOGICAL else self.study.ct.grid
        return PackedMask(file.read(name, grid, self.study.frame_of_reference))

    def _differs(self, name: str, mask: LesionMap | PackedMask | None) -> bool:
        """Whether a mask has other voxels than the current one."""
        if name == LESIONS:
            return self.current.lesions is None or not _same(self.current.lesions, self._lesions(mask))
        old = self.current.packed(name)
        if mask is None or old is None:
            return mask is not old
        assert isinstance(mask, PackedMask)
        return not mask.same_voxels(old)

    def _automatic_if_equal(self, name: str, mask: LesionMap | PackedMask | None) -> LesionMap | PackedMask | None:
        """The automatic mask itself where a reader went back to it: what was said of it holds again."""
        if name == LESIONS:
            before, found = self.automatic.lesions, self._lesions(mask)
            if before is None:
                return replace(found, description="drawn by the reader")
            return before if _same(before, found) else replace(found, description=before.description)
        old = self.automatic.packed(name)
        return old if isinstance(mask, PackedMask) and old is not None and mask.same_voxels(old) else mask

    def _lesions(self, mask: LesionMap | PackedMask | None) -> LesionMap:
        return mask if isinstance(mask, LesionMap) else no_lesions(self.study.pet.grid)

    def _put(self, name: str, mask: LesionMap | PackedMask | None) -> None:
        """Put a mask in place of the current one."""
        self._numbers.pop(name, None)
        self.variants.pop(name, None)
        self._corrections.pop(name, None)
        if isinstance(mask, LesionMap):
            self.current.lesions = mask
        elif name == PHYSIOLOGICAL:
            self.current.physiological = mask
            self.variants.pop(LESIONS, None)  # lesions at a lower threshold do not grow into it
        elif mask is None:
            self.current.tissues.pop(name, None)
        else:
            self.current.tissues[name] = mask


def _check_names(names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in (*MASK_NAMES, PHYSIOLOGICAL)]
    if unknown:
        raise InputError(f"unknown mask {', '.join(unknown)}: the known ones are {', '.join(MASK_NAMES)}")


def _same(one: LesionMap, other: LesionMap) -> bool:
    return bool(np.array_equal(one.labels.voxels > 0, other.labels.voxels > 0))
