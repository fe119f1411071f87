"""What a reader is shown of a study before and after its images are loaded: patient, injection, series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.patient_data import PatientData, read_patient
from NEMOPETLib.studies.radiopharmaceutical import injection_time, read_radiopharmaceutical
from NEMOPETLib.studies.reference_time import series_reference_time
from NEMOPETLib.studies.selection import Candidate, Selection
from NEMOPETLib.studies.suv import SuvScaling, suv_scaling, unit_of
from NEMOPETLib.studies.volume import Grid

_OF_BODY = ("sex", "weight_kg", "height_m")
NEEDED = (*_OF_BODY, "dose_mbq", "injection_time")
"""What SUV and SUL are made of; each can be overridden."""


def facts_of_selection(selection: Selection, overrides: Overrides) -> dict[str, Any]:
    """Patient, injection and series of a DICOM pair by its headers alone.

    ``problem`` says why no SUV can be made of them, empty if it can.
    """
    headers = [one.header for one in selection.pet.stack.slices]
    patient = read_patient(headers[0], overrides)
    try:
        scaling, problem = suv_scaling(headers, patient, overrides), ""
    except InputError as error:
        scaling, problem = None, str(error)
    return {
        **_body(patient, _injection(headers, overrides), overrides),
        "suv": {"units": unit_of(headers[0])} if scaling is None else suv_facts(scaling),
        "pet": series_facts(selection.pet),
        "ct": series_facts(selection.ct) if selection.ct else None,
        "left_out": [
            {"series": out.series.label, "series_uid": out.series.uid, "reason": out.reason}
            for out in selection.left_out
        ],
        "warnings": [
            *selection.warnings,
            *selection.pet.stack.warnings,
            *(selection.ct.stack.warnings if selection.ct else ()),
            *patient.warnings,
            *(scaling.warnings if scaling else ()),
        ],
        "problem": problem,
    }


def facts_of_files(
    patient: PatientData, scaling: SuvScaling, overrides: Overrides, uptake_min: float | None
) -> dict[str, Any]:
    """The same of image files, which say nothing but their voxels: dose and time are as given, and only where used."""
    known = {"dose_mbq": overrides.dose_mbq, "uptake_min": uptake_min}
    return {
        **_body(patient, {**dict.fromkeys(_INJECTION), **known}, overrides, needed=_OF_BODY),
        "suv": suv_facts(scaling),
        "pet": None,
        "ct": None,
        "left_out": [],
        "warnings": list(patient.warnings),
        "problem": "",
    }


def suv_facts(scaling: SuvScaling) -> dict[str, Any]:
    """How the PET becomes SUV."""
    factors = scaling.factors.tolist()
    return {
        "units": scaling.units,
        "decay_correction": scaling.decay_correction,
        "scheme": scaling.scheme,
        "suvbw_factor": factors[0] if len(set(factors)) == 1 else factors,
    }


def series_facts(one: Candidate) -> dict[str, Any]:
    """A chosen series."""
    return {
        "series": one.series.label,
        "series_uid": one.series.uid,
        "folder": str(one.series.folder),
        **grid_facts(one.stack.grid),
    }


def grid_facts(grid: Grid) -> dict[str, Any]:
    """Size (i, j, k) and spacing in mm."""
    return {"size": list(grid.shape[::-1]), "spacing_mm": np.round(grid.spacing, 6).tolist()}


def _body(
    patient: PatientData, injection: dict[str, Any], overrides: Overrides, needed: Sequence[str] = NEEDED
) -> dict[str, Any]:
    shown = asdict(patient)
    del shown["warnings"]
    known = {**shown, **injection}
    return {
        "patient": {**shown, "bmi": patient.bmi},
        "injection": injection,
        "missing": [name for name in needed if known[name] is None],
        "overrides": {name: value for name, value in asdict(overrides).items() if value is not None},
    }


_INJECTION = ("dose_mbq", "injection_time", "reference_time", "uptake_min")


def _injection(headers: Sequence[Dataset], overrides: Overrides) -> dict[str, Any]:
    """Dose in MBq, and times as ISO 8601; None for what the headers do not say."""
    facts: dict[str, Any] = dict.fromkeys(_INJECTION)
    try:
        agent = read_radiopharmaceutical(headers[0], overrides)
        facts["dose_mbq"] = None if agent.dose_bq is None else agent.dose_bq / 1e6
        scan: dt.datetime = series_reference_time(headers, agent).moment
        facts["reference_time"] = scan.isoformat()
        injected, _ = injection_time(headers[0], scan, overrides, agent.half_life_s)
        facts["injection_time"] = injected.isoformat()
        facts["uptake_min"] = round((scan - injected).total_seconds() / 60, 1)
    except InputError:
        pass  # what could not be read is None: the reader is shown that it is missing
    return facts
