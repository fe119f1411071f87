"""Options that say where masks come from."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from NEMOPETLib.command_line.mask_options import parse_mask_file, parse_masks, parse_named_files
from NEMOPETLib.engines.engine_choice import LESION_ENGINES, THRESHOLD, TOTALSEGMENTATOR, EngineChoice, TissueChoice
from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE
from NEMOPETLib.errors import InputError
from NEMOPETLib.measurements.patient_measurements import LESIONS


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Lesions from SUV or a file, tissues from files, and how lesions are found."""
    group = parser.add_argument_group("masks")
    group.add_argument(
        "--lesions",
        default=THRESHOLD,
        metavar="ENGINE|FILE",
        help="lion, threshold (SUVbw >= 4), percent (41 %% of each region's maximum), percist (liver), or a mask file"
        " (FILE#SEGMENT names one segment of several); default: %(default)s",
    )
    group.add_argument(
        "--tissues",
        nargs="+",
        action="extend",
        default=[],
        metavar="totalsegmentator|NAME=FILE",
        help="the network, or files of muscle, fat_sc, fat_v, spleen",
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
        metavar="totalsegmentator|NAME=FILE",
        help="organs of physiological uptake (brain, heart, kidneys …): a lesion mostly inside one is removed",
    )
    group.add_argument("--liver", metavar="FILE", help="reference region of percist")
    group.add_argument(
        "--device",
        type=_device,
        default="auto",
        metavar="auto|gpu|gpu:N|mps|cpu",
        help="of the networks; auto is a GPU if there is one (default: %(default)s)",
    )
    group.add_argument(
        "--totalsegmentator-python",
        type=Path,
        metavar="PYTHON",
        help=f"the Python that has TotalSegmentator; default: {PYTHON_VARIABLE}, or the one that runs this",
    )


def engines_from(arguments: argparse.Namespace) -> EngineChoice:
    """The engines that the options name.

    Raises
    ------
    InputError
        If a mask is not written NAME=FILE or has an unknown name.
    """
    tissues: TissueChoice = (
        TOTALSEGMENTATOR if _is_network(arguments.tissues, "--tissues") else parse_masks(arguments.tissues)
    )
    if LESIONS in tissues:
        raise InputError("lesions are no tissue: give them with --lesions")
    organs: TissueChoice = (
        TOTALSEGMENTATOR if _is_network(arguments.organs, "--organs") else parse_named_files(arguments.organs)
    )
    return EngineChoice(
        lesions=arguments.lesions if arguments.lesions in LESION_ENGINES else parse_mask_file(arguments.lesions),
        tissues=tissues,
        organs=organs,
        suv_threshold=arguments.suv_threshold,
        percent=arguments.percent,
        min_volume_ml=arguments.min_volume_ml,
        inside=parse_mask_file(arguments.inside) if arguments.inside else None,
        liver=parse_mask_file(arguments.liver) if arguments.liver else None,
        device=arguments.device,
        totalsegmentator_python=arguments.totalsegmentator_python,
    )


def _is_network(given: list[str], option: str) -> bool:
    """Whether the engine is named; raises InputError beside files, as it would not be clear which of them counts."""
    if TOTALSEGMENTATOR in given and set(given) != {TOTALSEGMENTATOR}:
        raise InputError(f"{option}: give either {TOTALSEGMENTATOR} or files")
    return TOTALSEGMENTATOR in given


def _device(text: str) -> str:
    if not re.fullmatch(r"auto|gpu(:\d+)?|mps|cpu", text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, gpu, gpu:N, mps, cpu")
    return text
