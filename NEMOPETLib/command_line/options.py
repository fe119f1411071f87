"""Options that several verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.privacy.word_filter import REMOVED
from NEMOPETLib.studies.lean_body_mass import LBM_FORMULAS
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.single_image import ImageFileUnit
from NEMOPETLib.wording.quoted import without_quoted


def add_patient_options(parser: argparse.ArgumentParser) -> None:
    """What the user may say of the patient and the injection instead of the header."""
    group = parser.add_argument_group("instead of what the DICOM header says, or lacks")
    group.add_argument("--sex", choices=["F", "M", "O"], help="sex; O takes the mean of both formulas")
    group.add_argument("--weight-kg", type=float, metavar="KG", help="body weight")
    group.add_argument("--height-m", type=float, metavar="M", help="height")
    group.add_argument("--dose-mbq", type=float, metavar="MBQ", help="injected activity at the time of injection")
    group.add_argument("--injection-time", metavar="TIME", help="HH:MM:SS on the day of the scan, or date and time")


def add_lbm_option(parser: argparse.ArgumentParser) -> None:
    """Which lean body mass makes SUL."""
    parser.add_argument(
        "--lbm-formula",
        choices=LBM_FORMULAS,
        default=LBM_FORMULAS[0],
        help="lean body mass of SUL (default: %(default)s)",
    )


def add_series_options(parser: argparse.ArgumentParser, *modalities: str) -> None:
    """Which series to use where the choice is not the user's."""
    for modality in modalities:
        parser.add_argument(
            f"--{modality}-series", metavar="NUMBER", help=f"Series Number or UID of the {modality.upper()} to use"
        )


def add_image_unit_options(parser: argparse.ArgumentParser) -> None:
    """What the values of a PET image file are."""
    parser.add_argument(
        "--pet-unit", choices=["suvbw", "bqml"], default="suvbw", help="unit of a PET image file (default: %(default)s)"
    )
    parser.add_argument(
        "--uptake-min",
        type=float,
        metavar="MIN",
        help="with bqml: minutes from injection to the decay correction's time",
    )


def image_unit_from(arguments: argparse.Namespace) -> ImageFileUnit:
    """The given unit."""
    return ImageFileUnit(arguments.pet_unit, arguments.uptake_min)


def overrides_from(arguments: argparse.Namespace) -> Overrides:
    """The given patient options."""
    return Overrides(
        sex=arguments.sex,
        weight_kg=arguments.weight_kg,
        height_m=arguments.height_m,
        dose_mbq=arguments.dose_mbq,
        injection_time=arguments.injection_time,
    )


def add_privacy_options(parser: argparse.ArgumentParser) -> None:
    """Whether the patient is hidden in what is written."""
    group = parser.add_argument_group("privacy")
    group.add_argument(
        "--pseudonymise",
        type=Path,
        metavar="KEYFILE",
        help="write pseudonyms instead of ids, names and UIDs, and move dates back by whole weeks; KEYFILE, made if"
        " absent, is all that leads back: keep it elsewhere",
    )
    group.add_argument("--keep-dates", action="store_true", help="with --pseudonymise: leave dates as they are")


def pseudonyms_from(arguments: argparse.Namespace) -> Pseudonyms | None:
    """The pseudonyms of the given key file, None if none is given."""
    if arguments.pseudonymise is None:
        if arguments.keep_dates:
            raise InputError("--keep-dates is of use with --pseudonymise only")
        return None
    return Pseudonyms.open(arguments.pseudonymise, arguments.keep_dates)


@contextmanager
def without_names(pseudonyms: Pseudonyms | None) -> Iterator[None]:
    """Where patients are hidden, an error names a file only by the path that the user gave, and no series' words."""
    try:
        yield
    except InputError as error:
        if pseudonyms is None:
            raise
        raise InputError(without_quoted(str(error), REMOVED)) from error


def whole_number(text: str) -> int:
    """The type of an argument: a whole number that is not negative."""
    value = int(text)
    if value < 0:
        raise ValueError
    return value


def positive_number(text: str) -> int:
    """The type of an argument: a whole number of at least 1."""
    value = whole_number(text)
    if value == 0:
        raise ValueError
    return value
