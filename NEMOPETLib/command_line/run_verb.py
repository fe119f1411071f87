"""``nemopet run STUDY --cohort FILE``: one patient from a study on disk to a row of the cohort table."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.command_line.engine_options import add_engine_options, engines_from
from NEMOPETLib.command_line.options import (
    add_image_unit_options,
    add_privacy_options,
    add_series_options,
    image_unit_from,
    overrides_from,
    pseudonyms_from,
    without_names,
)
from NEMOPETLib.command_line.output import add_json_option, add_progress_option, progress_from, write_result
from NEMOPETLib.command_line.patient_options import add_row_options, patient_options_from
from NEMOPETLib.errors import InputError
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.patient import WARNING_SEPARATOR, PatientResult, process_patient
from NEMOPETLib.studies.open_study import Identity, open_study
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.study_source import StudySource


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("study", type=Path, nargs="?", metavar="STUDY", help="the folder of a DICOM PET/CT study")
    parser.add_argument("--cohort", type=Path, required=True, metavar="FILE", help="cohort table (CSV); made if absent")
    add_engine_options(parser)
    files = parser.add_argument_group("image files instead of STUDY")
    files.add_argument("--pet", type=Path, metavar="P", help="PET as NIfTI, NRRD or MetaImage")
    files.add_argument("--ct", type=Path, metavar="C", help="CT in HU as NIfTI, NRRD or MetaImage")
    files.add_argument("--patient-id", metavar="ID", help="the patient's id in the table")
    files.add_argument("--study-date", metavar="DATE", default="", help="YYYY-MM-DD")
    files.add_argument("--age-years", type=float, metavar="YEARS", help="age at the scan")
    add_image_unit_options(parser)
    add_row_options(parser)
    add_series_options(parser, "pet", "ct")
    add_privacy_options(parser)
    add_progress_option(parser)
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Process the patient and print the row."""
    options = replace(patient_options_from(arguments), pseudonyms=pseudonyms_from(arguments))
    engines = engines_from(arguments)
    lesions, tissues = engines.lesion_engine(), engines.tissue_engine()
    with without_names(options.pseudonyms):
        result = process_patient(
            _study(arguments), CohortTable(arguments.cohort), lesions, tissues, options, progress_from(arguments)
        )
    write_result(_result(result), arguments, _lines(result))
    return 0


def _study(arguments: argparse.Namespace) -> Study:
    overrides = overrides_from(arguments)
    if arguments.study is not None and (arguments.pet or arguments.ct):
        raise InputError("give either STUDY or --pet and --ct")
    if arguments.study is not None:
        source = StudySource(arguments.study, None, arguments.pet_series, arguments.ct_series)
        return open_study(source, overrides, progress=progress_from(arguments))
    if not (arguments.pet and arguments.ct and arguments.patient_id):
        raise InputError("give the folder of a study, or --pet, --ct and --patient-id for image files")
    unit = image_unit_from(arguments)
    source = StudySource(arguments.pet, arguments.ct, pet_unit=unit.name, uptake_min=unit.uptake_min)
    identity = Identity(arguments.patient_id, arguments.study_date, arguments.age_years)
    return open_study(source, overrides, identity=identity, progress=progress_from(arguments))


def _result(result: PatientResult) -> dict[str, Any]:
    return {
        **result.row,
        "lesions": [asdict(lesion) for lesion in result.measured.lesions],
        "page": str(result.page.html),
    }


def _lines(result: PatientResult) -> Iterator[str]:
    for one in MEASUREMENTS:
        value = result.row[one.column]
        if value is not None:
            yield f"{one.column}: {value:.6g} {one.unit}".rstrip()
    yield f"page: {result.page.html}"
    warnings = str(result.row["warnings"])
    yield from (f"warning: {warning}" for warning in warnings.split(WARNING_SEPARATOR) if warning)
