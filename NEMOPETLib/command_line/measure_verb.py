"""``nemopet measure``: the columns of the cohort table from images and masks on disk."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from NEMOPETLib.command_line.mask_options import parse_masks
from NEMOPETLib.command_line.options import (
    add_image_unit_options,
    add_lbm_option,
    add_patient_options,
    add_series_options,
    image_unit_from,
    overrides_from,
)
from NEMOPETLib.command_line.output import add_json_option, progress_bar, write_result
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import MaskFile
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.patient_measurements import LESIONS, PatientMeasurements, measure_patient
from NEMOPETLib.studies.single_image import CtImage, PetImage, load_ct, load_pet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("--pet", type=Path, metavar="P", help="PET: a DICOM folder, or an image file")
    parser.add_argument("--ct", type=Path, metavar="C", help="CT: a DICOM folder, or an image file in HU")
    parser.add_argument(
        "--mask",
        nargs="+",
        action="extend",
        required=True,
        metavar="NAME=FILE",
        help="lesions, muscle, fat_sc, fat_v or spleen: DICOM SEG, RTSTRUCT, NIfTI, NRRD or .seg.nrrd;"
        " FILE#SEGMENT names one segment of several",
    )
    add_image_unit_options(parser)
    add_lbm_option(parser)
    add_patient_options(parser)
    add_series_options(parser, "pet", "ct")
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    if arguments.pet is None and arguments.ct is None:
        raise InputError("nothing to measure on: give --pet, --ct or both")
    files = parse_masks(arguments.mask)
    pet = ct = None
    if arguments.pet is not None:
        pet = load_pet(
            arguments.pet,
            overrides_from(arguments),
            series=arguments.pet_series,
            unit=image_unit_from(arguments),
            progress=progress_bar,
        )
    if arguments.ct is not None:
        ct = load_ct(arguments.ct, series=arguments.ct_series, progress=progress_bar)
    pairing = _check_pair(pet, ct)
    measured = measure_patient(
        _masks(files, pet, ct),
        pet=pet.volume if pet else None,
        ct=ct.volume if ct else None,
        sul_per_suv=pet.patient.sul_per_suv(arguments.lbm_formula) if pet else None,
        progress=progress_bar,
    )
    result = _result(measured, pet, ct, pairing, arguments.lbm_formula)
    write_result(result, arguments, _lines(result))
    return 0


def _check_pair(pet: PetImage | None, ct: CtImage | None) -> list[str]:
    """Warnings on whether PET and CT belong together; raises if they are of two patients."""
    if pet is None or ct is None:
        return []
    if pet.patient.patient_id and ct.patient_id and pet.patient.patient_id != ct.patient_id:
        raise InputError("the CT is of another patient than the PET")
    if pet.frame_of_reference and ct.frame_of_reference and pet.frame_of_reference != ct.frame_of_reference:
        return ["PET and CT have different frames of reference: they may not be aligned"]
    return []


def _masks(files: dict[str, MaskFile], pet: PetImage | None, ct: CtImage | None) -> dict[str, Callable[[], Mask]]:
    """Readers of the masks: lesions on the PET's grid, tissues on the CT's, or on the only one there is."""

    def reader(name: str, file: MaskFile) -> Callable[[], Mask]:
        image = (pet or ct) if name == LESIONS else (ct or pet)
        assert image is not None
        return lambda: file.read(name, image.volume.grid, image.frame_of_reference)

    return {name: reader(name, file) for name, file in files.items()}


def _result(
    measured: PatientMeasurements, pet: PetImage | None, ct: CtImage | None, pairing: list[str], lbm_formula: str
) -> dict[str, Any]:
    warnings = [*pairing, *(pet.warnings if pet else ()), *(ct.warnings if ct else ()), *measured.warnings]
    return {
        **measured.values,
        "suv_scheme": pet.suv.scheme if pet and pet.suv else "",
        "lbm_formula": lbm_formula,
        "tissues": {name: asdict(numbers) for name, numbers in measured.tissues.items()},
        "lesions": [asdict(lesion) for lesion in measured.lesions],
        "warnings": warnings,
    }


def _lines(result: dict[str, Any]) -> Iterator[str]:
    for one in MEASUREMENTS:
        value = result[one.column]
        if value is not None:
            yield f"{one.column}: {value:.6g} {one.unit}".rstrip()
    yield from (f"warning: {warning}" for warning in result["warnings"])
