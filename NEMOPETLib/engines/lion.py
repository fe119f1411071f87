"""Lesions by LION, ENHANCE-PET's network for whole-body FDG PET (lionz, Apache-2.0), then by SUV.

LION is given the PET in SUVbw: its network is trained on SUV, and lionz' own derivation of SUV knows but one of the
times that matter. Of the network's tumour mask the voxels of at least the threshold are lesion.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from NEMOPETLib.engines.lion_environment import LIONZ_VERSION, TORCH, find_environment
from NEMOPETLib.engines.lion_run import SILENCE_LIMIT_S, LionRunner, read_tumour
from NEMOPETLib.engines.lion_weights import RELEASE, find_weights
from NEMOPETLib.engines.memory_ladder import AUTO
from NEMOPETLib.masks.lesion_rules import FixedThreshold
from NEMOPETLib.masks.lesions import LesionMap, segment_lesions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.onto_grid import onto_grid
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.study import Study


@dataclass(frozen=True)
class LionLesions:
    """The engine that finds lesions by LION.

    Parameters
    ----------
    rule
        Which voxels of LION's mask are lesion; SUVbw >= 4 in the study.
    min_volume_ml
        Least volume of a lesion.
    device
        ``auto`` (a GPU if there is one), ``gpu``, ``gpu:N``, ``mps`` or ``cpu``.
    silence_limit_s
        How long LION may print nothing before it is taken to hang.
    """

    rule: FixedThreshold = field(default_factory=FixedThreshold)
    min_volume_ml: float = 0.0
    device: str = AUTO
    silence_limit_s: float = SILENCE_LIMIT_S

    def segment(self, study: Study, progress: Progress = no_progress) -> LesionMap:
        """The lesions on the PET's grid.

        Raises
        ------
        InputError
            If LION or its weights are not installed (with the command that installs them), or it fails.
        """
        python, weights = find_environment().require(), find_weights().require()
        ran = LionRunner(python, weights, self.device, self.silence_limit_s).segment(study.pet, progress)
        tumour = read_tumour(ran.path)
        mask = onto_grid(Mask("lesions", tumour.voxels != 0, tumour.grid), study.pet.grid)
        found = segment_lesions(study.pet, self.rule, inside=mask, min_volume_ml=self.min_volume_ml)
        versions = f"lionz {LIONZ_VERSION}, {TORCH[0].replace('==', ' ')}"
        parts = [
            f"LION: {weights.release()} ({versions}) on {ran.record['device']}",
            f"{self.rule.description}, 26-connected",
            *([f"at least {self.min_volume_ml:g} ml"] if self.min_volume_ml else []),
        ]
        warnings = (*ran.record["warnings"], *_other_release(weights.release()), *mask.warnings, *found.warnings)
        return replace(found, warnings=warnings, description=", ".join(parts))


def _other_release(release: str) -> tuple[str, ...]:
    if release == RELEASE:
        return ()
    return (f"LION's weights are {release}, lionz {LIONZ_VERSION} is made for {RELEASE}",)
