"""Options that say where masks come from."""

from __future__ import annotations

import argparse
from pathlib import Path

from NEMOPETLib.command_line.mask_options import parse_mask_file, parse_masks, parse_named_files
from NEMOPETLib.engines import lion_run, totalsegmentator_run
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.engines.engine_names import LESION_ENGINES, LION, THRESHOLD, TOTALSEGMENTATOR
from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.organs import SPILL_OUT_MM
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
    group.add_argument(
        "--organ-margin-mm",
        type=float,
        default=SPILL_OUT_MM,
        metavar="MM",
        help="how far the organs are grown, for uptake is seen beyond their edge; default: %(default)s",
    )
    group.add_argument(
        "--device",
        default="auto",
        metavar="DEVICE",
        help="where a network runs: auto (a GPU if there is one), gpu, gpu:N, mps or cpu; default: %(default)s",
    )
    group.add_argument(
        "--totalsegmentator-python",
        type=Path,
        metavar="PYTHON",
        help=f"the Python that has TotalSegmentator; default: {PYTHON_VARIABLE}, or the one that runs this",
    )
    group.add_argument(
        "--engine-silence-min",
        type=_minutes,
        metavar="MIN",
        help="how long a network may print nothing before it is taken to hang and stopped (default: TotalSegmentator"
        f" {totalsegmentator_run.SILENCE_LIMIT_S / 60:g}, LION {lion_run.SILENCE_LIMIT_S / 60:g})",
    )
    group.add_argument(
        "--liver", metavar="FILE", help="reference region of percist; without it the liver of --organs, by its median"
    )


def engines_from(arguments: argparse.Namespace) -> EngineChoice:
    """The engines that the options name.

    Raises
    ------
    InputError
        If a mask is not written NAME=FILE or has an unknown name.
    """
    has_tissue_network = _names_network(arguments.tissues, "--tissues")
    has_organ_network = _names_network(arguments.organs, "--organs")
    tissues = {} if has_tissue_network else parse_masks(arguments.tissues)
    if LESIONS in tissues:
        raise InputError("lesions are no tissue: give them with --lesions")
    if arguments.lesions == LION and arguments.organs:
        raise InputError("LION tells the organs from lesions itself: leave out --organs")
    return EngineChoice(
        lesions=arguments.lesions if arguments.lesions in LESION_ENGINES else parse_mask_file(arguments.lesions),
        tissues=TOTALSEGMENTATOR if has_tissue_network else tissues,
        organs=TOTALSEGMENTATOR if has_organ_network else parse_named_files(arguments.organs),
        organ_margin_mm=arguments.organ_margin_mm,
        suv_threshold=arguments.suv_threshold,
        percent=arguments.percent,
        min_volume_ml=arguments.min_volume_ml,
        inside=parse_mask_file(arguments.inside) if arguments.inside else None,
        liver=parse_mask_file(arguments.liver) if arguments.liver else None,
        device=arguments.device,
        totalsegmentator_python=arguments.totalsegmentator_python,
        silence_limit_s=arguments.engine_silence_min and 60 * arguments.engine_silence_min,
    )


def _names_network(given: list[str], option: str) -> bool:
    """Whether the network is meant; raises InputError if files are given too: which counts would not be clear."""
    if TOTALSEGMENTATOR not in given:
        return False
    if set(given) != {TOTALSEGMENTATOR}:
        raise InputError(f"{option}: give either {TOTALSEGMENTATOR} or files")
    return True


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not minutes > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: give minutes above 0")
    return minutes
