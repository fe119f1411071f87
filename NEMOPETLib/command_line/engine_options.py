"""Options that say where masks come from."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from NEMOPETLib.command_line.mask_options import parse_mask_file, parse_masks, parse_named_files
from NEMOPETLib.engines.totalsegmentator import (
    TotalSegmentatorOptions,
    TotalSegmentatorOrgans,
    TotalSegmentatorTissues,
)
from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE
from NEMOPETLib.engines.totalsegmentator_run import AUTO
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import (
    LesionEngine,
    LesionFile,
    OrganEngine,
    OrganFiles,
    ThresholdLesions,
    TissueEngine,
    TissueFiles,
)
from NEMOPETLib.masks.lesion_rules import FixedThreshold, LesionRule, PercentOfMaximum, PercistLiver
from NEMOPETLib.measurements.patient_measurements import LESIONS
from NEMOPETLib.studies.study import Study

_THRESHOLD, _PERCENT, _PERCIST = "threshold", "percent", "percist"
_TOTALSEGMENTATOR = "totalsegmentator"


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Lesions from SUV or a file, tissues from files, and how lesions are found."""
    group = parser.add_argument_group("masks")
    group.add_argument(
        "--lesions",
        default=_THRESHOLD,
        metavar="ENGINE|FILE",
        help="threshold (SUVbw >= 4), percent (41 %% of each region's maximum), percist (liver), or a mask file"
        " (FILE#SEGMENT names one segment of several); default: %(default)s",
    )
    group.add_argument(
        "--tissues",
        nargs="+",
        action="extend",
        default=[],
        metavar="ENGINE|NAME=FILE",
        help="totalsegmentator, or mask files of muscle, fat_sc, fat_v, spleen",
    )
    group.add_argument("--suv-threshold", type=float, default=4.0, metavar="SUV", help="default: %(default)s")
    group.add_argument("--percent", type=float, default=41.0, metavar="PERCENT", help="default: %(default)s")
    group.add_argument("--min-volume-ml", type=float, default=0.0, metavar="ML", help="least volume of a lesion")
    group.add_argument("--inside", metavar="FILE", help="look for lesions only inside this mask")
    group.add_argument(
        "--organs",
        nargs="+",
        action="extend",
        default=[],
        metavar="ENGINE|NAME=FILE",
        help="totalsegmentator, or mask files of the organs of physiological uptake (brain, heart, kidneys …):"
        " a lesion mostly inside one is removed",
    )
    group.add_argument("--liver", metavar="FILE", help="reference region of percist")
    group.add_argument(
        "--device",
        type=_device,
        default=AUTO,
        metavar="DEVICE",
        help="where an engine runs: auto (a GPU if there is one), gpu, gpu:N, mps or cpu; default: %(default)s",
    )
    group.add_argument(
        "--totalsegmentator-python",
        type=Path,
        metavar="PYTHON",
        help=f"the Python that has TotalSegmentator; default: {PYTHON_VARIABLE}, or the one that runs this",
    )


def lesion_engine_from(arguments: argparse.Namespace) -> LesionEngine:
    """The lesion engine that the options name."""
    rules: dict[str, tuple[str, Callable[[Study], LesionRule]]] = {
        _THRESHOLD: _fixed(FixedThreshold(arguments.suv_threshold)),
        _PERCENT: _fixed(PercentOfMaximum(arguments.percent, arguments.suv_threshold)),
    }
    if arguments.lesions == _PERCIST:
        rules[_PERCIST] = _percist(arguments.liver)
    if arguments.lesions not in rules:
        return LesionFile(parse_mask_file(arguments.lesions))
    rule, make_rule = rules[arguments.lesions]
    parts = [
        f"{arguments.lesions}: {rule}, 26-connected",
        *([f"inside {arguments.inside}"] if arguments.inside else []),
        *([f"at least {arguments.min_volume_ml:g} ml"] if arguments.min_volume_ml else []),
    ]
    inside = parse_mask_file(arguments.inside) if arguments.inside else None
    return ThresholdLesions(make_rule, ", ".join(parts), inside, _organs_from(arguments), arguments.min_volume_ml)


def tissue_engine_from(arguments: argparse.Namespace) -> TissueEngine | None:
    """The tissue engine that the options name, None if there is none."""
    if _TOTALSEGMENTATOR in arguments.tissues:
        _alone(arguments.tissues, "--tissues")
        return TotalSegmentatorTissues(_totalsegmentator_from(arguments))
    files = parse_masks(arguments.tissues)
    if LESIONS in files:
        raise InputError("lesions are no tissue: give them with --lesions")
    return TissueFiles(files) if files else None


def _organs_from(arguments: argparse.Namespace) -> OrganEngine | None:
    if _TOTALSEGMENTATOR in arguments.organs:
        _alone(arguments.organs, "--organs")
        return TotalSegmentatorOrgans(_totalsegmentator_from(arguments))
    files = parse_named_files(arguments.organs)
    return OrganFiles(files) if files else None


def _alone(given: list[str], option: str) -> None:
    """Raises InputError if an engine and files are given together: which of them counts would not be clear."""
    if set(given) != {_TOTALSEGMENTATOR}:
        raise InputError(f"{option}: give either {_TOTALSEGMENTATOR} or files")


def _totalsegmentator_from(arguments: argparse.Namespace) -> TotalSegmentatorOptions:
    return TotalSegmentatorOptions(arguments.totalsegmentator_python, arguments.device)


def _device(text: str) -> str:
    if not re.fullmatch(r"auto|gpu(:\d+)?|mps|cpu", text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, gpu, gpu:N, mps, cpu")
    return text


def _fixed(rule: LesionRule) -> tuple[str, Callable[[Study], LesionRule]]:
    return rule.description, lambda _: rule


def _percist(liver: str | None) -> tuple[str, Callable[[Study], LesionRule]]:
    if liver is None:
        raise InputError("--lesions percist needs the reference region: give --liver FILE")
    file = parse_mask_file(liver)

    def rule(study: Study) -> LesionRule:
        return PercistLiver(file.read("liver", study.pet.grid, study.frame_of_reference))

    return ">= 1.5 x mean + 2 SD of the liver", rule
