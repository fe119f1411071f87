"""Muscle, fat, spleen and organs of physiological uptake by TotalSegmentator.

Wasserthal et al., Radiol Artif Intell 2023;5:e230024.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from NEMOPETLib.engines.memory_ladder import AUTO
from NEMOPETLib.engines.totalsegmentator_faults import MissingLicenceError, MissingWeightsError
from NEMOPETLib.engines.totalsegmentator_program import find_program
from NEMOPETLib.engines.totalsegmentator_run import SILENCE_LIMIT_S, Segmentation, TaskRunner
from NEMOPETLib.engines.totalsegmentator_tasks import ORGANS, SPLEEN, TISSUES, Task
from NEMOPETLib.masks.engine import TissueMasks
from NEMOPETLib.masks.label_map import open_nifti_labels
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.onto_grid import place
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume


@dataclass(frozen=True)
class TotalSegmentatorOptions:
    """How TotalSegmentator is run.

    Parameters
    ----------
    python
        The Python that has it; None: see ``find_program``.
    device
        ``auto`` (a GPU if there is one), ``gpu``, ``gpu:N``, ``mps`` or ``cpu``.
    silence_limit_s
        How long it may print nothing before it is taken to hang.
    """

    python: Path | None = None
    device: str = AUTO
    silence_limit_s: float = SILENCE_LIMIT_S

    def runner(self, ct: Volume) -> TaskRunner:
        """What runs tasks on a CT so; raises InputError if TotalSegmentator is not installed."""
        return TaskRunner(find_program(self.python), ct, self.device, self.silence_limit_s)


@dataclass(frozen=True)
class TotalSegmentatorTissues:
    """The engine of spleen (``total``), subcutaneous fat, trunk fat and skeletal muscle (``tissue_types``).

    ``tissue_types`` needs a licence and weights of its own. Without them the spleen is segmented all the same, and
    a warning says what is missing.
    """

    options: TotalSegmentatorOptions = TotalSegmentatorOptions()

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:
        """The tissues on the CT's grid.

        Raises
        ------
        InputError
            If TotalSegmentator cannot be run or fails.
        """
        runner = self.options.runner(study.ct)
        done, warnings = [(SPLEEN, runner.segment(SPLEEN, progress))], []
        try:
            done.append((TISSUES, runner.segment(TISSUES, progress)))
        except (MissingWeightsError, MissingLicenceError) as error:
            warnings.append(f"{', '.join(TISSUES.structures)} are missing: {error}")
        masks = {name: read for task, found in done for name, read in _masks(task, found, study.ct.grid).items()}
        warnings += [warning for _, found in done for warning in found.warnings]
        modes = "; ".join(found.description for _, found in done)
        return TissueMasks(masks, f"{runner.program}: {modes}", tuple(warnings))


@dataclass(frozen=True)
class TotalSegmentatorOrgans:
    """The engine of the organs of physiological uptake, by the 3 mm network of ``total``."""

    options: TotalSegmentatorOptions = TotalSegmentatorOptions()

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:
        """The organs on the PET's grid.

        Raises
        ------
        InputError
            If TotalSegmentator cannot be run or fails.
        """
        runner = self.options.runner(study.ct)
        found = runner.segment(ORGANS, progress)
        masks = _masks(ORGANS, found, study.pet.grid)
        return TissueMasks(masks, f"{runner.program}: {found.description}", found.warnings)


def _masks(task: Task, found: Segmentation, grid: Grid) -> dict[str, Callable[[], Mask]]:
    return {name: partial(_read, found.labels, name, classes, grid) for name, classes in task.structures.items()}


def _read(labels: Path, name: str, classes: tuple[str, ...], grid: Grid) -> Mask:
    """The mask of some classes of a label map, on a grid: empty where the engine found nothing, or not within it."""
    file = open_nifti_labels(labels)
    numbers = frozenset(one.number for one in file.segments() if one.name in classes)
    return Mask(name, place(file.blocks(numbers), grid).voxels, grid)
