"""Options that say where masks come from."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from NEMOPETLib.command_line.mask_options import parse_mask_file, parse_masks, parse_named_files
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import LesionEngine, LesionFile, OrganFiles, ThresholdLesions, TissueEngine, TissueFiles
from NEMOPETLib.masks.lesion_rules import FixedThreshold, LesionRule, PercentOfMaximum, PercistLiver
from NEMOPETLib.measurements.patient_measurements import LESIONS
from NEMOPETLib.studies.study import Study

_THRESHOLD, _PERCENT, _PERCIST = "threshold", "percent", "percist"


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
        "--tissues", nargs="+", action="extend", default=[], metavar="NAME=FILE", help="muscle, fat_sc, fat_v, spleen"
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
        metavar="NAME=FILE",
        help="organs of physiological uptake (brain, heart, kidneys …): a lesion mostly inside one is removed",
    )
    group.add_argument("--liver", metavar="FILE", help="reference region of percist")


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
    organs = parse_named_files(arguments.organs)
    parts = [
        f"{arguments.lesions}: {rule}, 26-connected",
        *([f"inside {arguments.inside}"] if arguments.inside else []),
        *([f"at least {arguments.min_volume_ml:g} ml"] if arguments.min_volume_ml else []),
    ]
    inside = parse_mask_file(arguments.inside) if arguments.inside else None
    return ThresholdLesions(
        make_rule, ", ".join(parts), inside, OrganFiles(organs) if organs else None, arguments.min_volume_ml
    )


def tissue_engine_from(arguments: argparse.Namespace) -> TissueEngine | None:
    """The tissue engine that the options name, None if there is none."""
    files = parse_masks(arguments.tissues)
    if LESIONS in files:
        raise InputError("lesions are no tissue: give them with --lesions")
    return TissueFiles(files) if files else None


def _fixed(rule: LesionRule) -> tuple[str, Callable[[Study], LesionRule]]:
    return rule.description, lambda _: rule


def _percist(liver: str | None) -> tuple[str, Callable[[Study], LesionRule]]:
    if liver is None:
        raise InputError("--lesions percist needs the reference region: give --liver FILE")
    file = parse_mask_file(liver)

    def rule(study: Study) -> LesionRule:
        return PercistLiver(file.read("liver", study.pet.grid, study.frame_of_reference))

    return ">= 1.5 x mean + 2 SD of the liver", rule
