"""Options that say where masks come from."""

from __future__ import annotations

import argparse

from NEMOPETLib.command_line.mask_options import parse_mask_file, parse_masks, parse_named_files
from NEMOPETLib.engines.engine_choice import LESION_ENGINES, THRESHOLD, TOTALSEGMENTATOR, EngineChoice
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
    group.add_argument(
        "--device", default="auto", metavar="auto|gpu|gpu:N|mps|cpu", help="of the networks (default: %(default)s)"
    )
    group.add_argument("--liver", metavar="FILE", help="reference region of percist")


def engines_from(arguments: argparse.Namespace) -> EngineChoice:
    """The engines that the options name.

    Raises
    ------
    InputError
        If a mask is not written NAME=FILE or has an unknown name.
    """
    is_network = arguments.tissues == [TOTALSEGMENTATOR]
    tissues = {} if is_network else parse_masks(arguments.tissues)
    if LESIONS in tissues:
        raise InputError("lesions are no tissue: give them with --lesions")
    return EngineChoice(
        lesions=arguments.lesions if arguments.lesions in LESION_ENGINES else parse_mask_file(arguments.lesions),
        tissues=TOTALSEGMENTATOR if is_network else tissues,
        organs=TOTALSEGMENTATOR if arguments.organs == [TOTALSEGMENTATOR] else parse_named_files(arguments.organs),
        suv_threshold=arguments.suv_threshold,
        percent=arguments.percent,
        min_volume_ml=arguments.min_volume_ml,
        inside=parse_mask_file(arguments.inside) if arguments.inside else None,
        liver=parse_mask_file(arguments.liver) if arguments.liver else None,
        device=arguments.device,
    )
