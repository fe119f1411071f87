"""Which engines find a patient's masks, as a user says it on the command line or in the panel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from NEMOPETLib.engines.engine_names import LESION_ENGINES, LION, PERCENT, PERCIST, THRESHOLD, TOTALSEGMENTATOR
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import (
    LIVER,
    LesionEngine,
    LesionFile,
    MakeRule,
    MaskFile,
    OrganEngine,
    OrganFiles,
    ThresholdLesions,
    TissueEngine,
    TissueFiles,
)
from NEMOPETLib.masks.lesion_rules import FixedThreshold, PercentOfMaximum, PercistLiver, RobustPercistLiver
from NEMOPETLib.masks.organs import SPILL_OUT_MM
from NEMOPETLib.wording.quoted import quoted

if TYPE_CHECKING:
    from NEMOPETLib.engines.totalsegmentator import TotalSegmentatorOptions

_DEVICE = re.compile(r"auto|gpu(:\d+)?|mps|cpu")

TissueChoice = Literal["totalsegmentator"] | Mapping[str, MaskFile]
"""What finds tissues or organs: the network, or files by name."""


@dataclass(frozen=True)
class EngineChoice:
    """The engines and their options.

    Parameters
    ----------
    lesions
        One of ``LESION_ENGINES``, or a file.
    tissues
        The network, or files by name of the tissue; nothing if there are none.
    organs
        The same for organs of physiological uptake: a lesion mostly inside one is removed. LION needs none.
    organ_margin_mm
        How far the organs are grown (``organs.SPILL_OUT_MM`` says why).
    suv_threshold
        SUVbw of ``threshold``, and from which ``percent`` starts.
    percent
        Of each region's maximum.
    min_volume_ml
        Least volume of a lesion.
    inside
        Look for lesions only inside this mask.
    liver
        Reference region of ``percist``; None: the liver among the organs.
    device
        Of the networks: ``auto``, ``gpu``, ``gpu:N``, ``mps`` or ``cpu``.
    totalsegmentator_python
        The Python that has TotalSegmentator; None: see ``find_program``.
    silence_limit_s
        How long a network may print nothing before it is taken to hang; None: each network's own.
    """

    lesions: str | MaskFile = THRESHOLD
    tissues: TissueChoice = field(default_factory=dict)
    organs: TissueChoice = field(default_factory=dict)
    organ_margin_mm: float = SPILL_OUT_MM
    suv_threshold: float = 4.0
    percent: float = 41.0
    min_volume_ml: float = 0.0
    inside: MaskFile | None = None
    liver: MaskFile | None = None
    device: str = "auto"
    totalsegmentator_python: Path | None = None
    silence_limit_s: float | None = field(default=None, repr=False)  # no matter of the result, which a batch compares

    def __post_init__(self) -> None:
        """Refuse a device that no network knows."""
        if not _DEVICE.fullmatch(self.device):
            raise InputError(f"device {self.device}: give auto, gpu, gpu:N, mps or cpu")

    def lesion_engine(self) -> LesionEngine:
        """What finds the lesions. Raises InputError if the options do not fit."""
        if isinstance(self.lesions, MaskFile):
            return LesionFile(self.lesions)
        if self.lesions == LION:
            from NEMOPETLib.engines.lion import LionLesions
            from NEMOPETLib.engines.lion_run import SILENCE_LIMIT_S

            rule = FixedThreshold(self.suv_threshold)
            return LionLesions(rule, self.min_volume_ml, self.device, self.silence_limit_s or SILENCE_LIMIT_S)
        said, make_rule = self._rule(self.lesions)
        parts = [
            f"{self.lesions}: {said}, 26-connected",
            *([f"inside {quoted(self.inside.path.name)}"] if self.inside else []),
            *([f"at least {self.min_volume_ml:g} ml"] if self.min_volume_ml else []),
        ]
        return ThresholdLesions(
            make_rule,
            ", ".join(parts),
            inside=self.inside,
            organs=self._organ_engine(),
            organ_margin_mm=self.organ_margin_mm,
            min_volume_ml=self.min_volume_ml,
        )

    def tissue_engine(self) -> TissueEngine | None:
        """What finds the tissues, None if nothing does."""
        if self.tissues == TOTALSEGMENTATOR:
            from NEMOPETLib.engines.totalsegmentator import TotalSegmentatorTissues

            return TotalSegmentatorTissues(self._totalsegmentator())
        return TissueFiles(self.tissues) if self.tissues else None

    def _organ_engine(self) -> OrganEngine | None:
        if self.organs == TOTALSEGMENTATOR:
            from NEMOPETLib.engines.totalsegmentator import TotalSegmentatorOrgans

            return TotalSegmentatorOrgans(self._totalsegmentator())
        return OrganFiles(self.organs) if self.organs else None

    def _totalsegmentator(self) -> TotalSegmentatorOptions:
        from NEMOPETLib.engines.totalsegmentator import TotalSegmentatorOptions
        from NEMOPETLib.engines.totalsegmentator_run import SILENCE_LIMIT_S

        limit = self.silence_limit_s or SILENCE_LIMIT_S
        return TotalSegmentatorOptions(self.totalsegmentator_python, self.device, limit)

    def _rule(self, name: str) -> tuple[str, MakeRule]:
        """The rule in words, and what makes it when the study and its organs are known."""
        if name == PERCIST:
            return self._percist()
        if name == PERCENT:
            share = PercentOfMaximum(self.percent, self.suv_threshold)
            return share.description, lambda *_: share
        if name == THRESHOLD:
            fixed = FixedThreshold(self.suv_threshold)
            return fixed.description, lambda *_: fixed
        raise InputError(f"there is no lesion engine {name}: the known ones are {', '.join(LESION_ENGINES)}, or a file")

    def _percist(self) -> tuple[str, MakeRule]:
        liver = self.liver
        if liver is not None:
            return PercistLiver.description, lambda study, _: PercistLiver(
                liver.read(LIVER, study.pet.grid, study.frame_of_reference)
            )
        if self.organs == TOTALSEGMENTATOR or LIVER in self.organs:
            return RobustPercistLiver.description, lambda _, organs: RobustPercistLiver(organs[LIVER])
        raise InputError(f"percist needs the reference region: give --liver FILE, or --organs {TOTALSEGMENTATOR}")
