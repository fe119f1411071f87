"""Options on how a patient becomes a row, for every verb that writes one."""

from __future__ import annotations

import argparse

from NEMOPETLib.command_line.options import add_lbm_option, add_patient_options, overrides_from
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.report.words import LANGUAGES


def add_row_options(parser: argparse.ArgumentParser) -> None:
    """Lean body mass, what replaces the header's values, reader, language, and whether a reader's row is replaced."""
    add_lbm_option(parser)
    add_patient_options(parser)
    parser.add_argument("--reader", default="", metavar="NAME", help="who answers for the masks")
    parser.add_argument(
        "--replace-reviewed", action="store_true", help="replace also what a reader has approved or corrected"
    )
    parser.add_argument("--dicom", action="store_true", help="also write DICOM SEG, SR and RTSTRUCT")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the page (default: %(default)s)")


def patient_options_from(arguments: argparse.Namespace) -> PatientOptions:
    """The given options."""
    return PatientOptions(
        lbm_formula=arguments.lbm_formula,
        overrides=overrides_from(arguments),
        reader=arguments.reader,
        language=arguments.language,
        replace_reviewed=arguments.replace_reviewed,
        dicom=arguments.dicom,
    )
