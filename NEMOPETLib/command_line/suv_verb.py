"""``nemopet suv PET_DIR``: how the values of a PET series become SUV."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.command_line.options import add_patient_options, add_series_options, overrides_from
from NEMOPETLib.command_line.output import add_json_option, progress_bar, write_result
from NEMOPETLib.studies.lean_body_mass import LBM_FORMULAS
from NEMOPETLib.studies.single_image import PetImage, load_pet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("pet", type=Path, metavar="PET_DIR", help="the folder of a DICOM PET series")
    add_patient_options(parser)
    add_series_options(parser, "pet")
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the derivation."""
    pet = load_pet(arguments.pet, overrides_from(arguments), series=arguments.pet_series, progress=progress_bar)
    result = describe_suv(pet)
    write_result(result, arguments, _lines(result))
    return 0


def describe_suv(pet: PetImage) -> dict[str, Any]:
    """The derivation of SUV as plain values; needs a PET read from DICOM."""
    assert pet.suv is not None
    factors = [float(each) for each in pet.suv.factors]
    return {
        "units": pet.suv.units,
        "decay_correction": pet.suv.decay_correction,
        "scheme": pet.suv.scheme,
        "suvbw_factor": factors[0] if len(set(factors)) == 1 else factors,
        "lbm_kg": {formula: pet.patient.lean_body_mass_kg(formula) for formula in LBM_FORMULAS},
        "suv_min": float(np.min(pet.volume.voxels)),
        "suv_max": float(np.max(pet.volume.voxels)),
        "weight_kg": pet.patient.weight_kg,
        "height_m": pet.patient.height_m,
        "sex": pet.patient.sex,
        "warnings": list(pet.warnings),
    }


def _lines(result: dict[str, Any]) -> Iterator[str]:
    factor = result["suvbw_factor"]
    shown = f"{factor:.10g}" if isinstance(factor, float) else f"{min(factor):.10g} to {max(factor):.10g} by slice"
    yield f"units: {result['units']}"
    yield f"scheme: {result['scheme']}"
    yield f"SUVbw per unit: {shown}"
    for formula, lean in result["lbm_kg"].items():
        yield f"lean body mass, {formula}: " + ("unknown" if lean is None else f"{lean:.3f} kg")
    yield f"SUVbw from {result['suv_min']:.4g} to {result['suv_max']:.4g}"
    yield from (f"warning: {warning}" for warning in result["warnings"])
