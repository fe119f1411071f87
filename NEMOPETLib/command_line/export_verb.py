"""``nemopet export STUDY --cohort FILE``: the DICOM objects of a row that is in the table."""

from __future__ import annotations

import argparse
from pathlib import Path

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.command_line.options import add_privacy_options, add_series_options, pseudonyms_from, without_names
from NEMOPETLib.command_line.output import add_json_option, progress_bar, write_result
from NEMOPETLib.patient_dicom import export_patient
from NEMOPETLib.studies.study import find_study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("study", type=Path, metavar="STUDY", help="the folder of the DICOM PET/CT study")
    parser.add_argument("--cohort", type=Path, required=True, metavar="FILE", help="the cohort table with its row")
    add_series_options(parser, "pet", "ct")
    add_privacy_options(parser)
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Write the objects and print where they are."""
    cohort, pseudonyms = CohortTable(arguments.cohort), pseudonyms_from(arguments)
    with without_names(pseudonyms):
        selection = find_study(
            arguments.study, pet_series=arguments.pet_series, ct_series=arguments.ct_series, progress=progress_bar
        )
        files = [str(path) for path in export_patient(selection, cohort, pseudonyms, progress_bar)]
    write_result({"files": files}, arguments, files)
    return 0
