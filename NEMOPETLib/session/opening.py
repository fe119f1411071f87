"""Opening a patient: images found, loaded, and written where a panel reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.facts import facts_of_files, facts_of_selection, grid_facts, suv_facts
from NEMOPETLib.session.raw_nrrd import write_raw_nrrd
from NEMOPETLib.session.reading import ReadingSession
from NEMOPETLib.studies.open_study import Identity, find_selection, load_selection, open_study
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.study_source import StudySource

PET_FILE, CT_FILE = "pet.nrrd", "ct.nrrd"


@dataclass(frozen=True)
class Opening:
    """Which patient to open, and how.

    Parameters
    ----------
    source, identity, study_uid
        As in ``open_study``.
    options
        How the patient is measured.
    work_folder
        Where files for the panel go; made if it is not there.
    """

    source: StudySource
    identity: Identity
    study_uid: str
    options: PatientOptions
    work_folder: Path


def open_patient(opening: Opening, progress: Progress) -> tuple[ReadingSession, dict[str, Any]]:
    """Load the images, and write ``pet.nrrd`` (SUVbw) and ``ct.nrrd`` (HU) into the work folder.

    Returns
    -------
    The session, and what a reader is shown: the facts of ``facts_of_selection``, ``files`` by modality, ``grids``,
    and all ``warnings``.

    Raises
    ------
    InputError
        As ``open_study``, or if the files cannot be written; none is left half written.
    """
    try:
        opening.work_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{opening.work_folder} cannot be made ({why_refused(error)})") from error
    study, facts = _loaded(opening, progress)
    files = {"pet": opening.work_folder / PET_FILE, "ct": opening.work_folder / CT_FILE}
    images = (("pet", study.pet, np.float32), ("ct", study.ct, np.int16))
    for name, volume, kind in progress(images, "Writing images"):
        write_raw_nrrd(files[name], volume, kind)
    facts |= {
        "suv": suv_facts(study.suv),
        "files": {name: str(path) for name, path in files.items()},
        "grids": {"pet": grid_facts(study.pet.grid), "ct": grid_facts(study.ct.grid)},
        "warnings": list(dict.fromkeys((*study.warnings, *facts["warnings"]))),
    }
    return ReadingSession(study, opening.options, opening.work_folder), facts


def _loaded(opening: Opening, progress: Progress) -> tuple[Study, dict[str, Any]]:
    overrides = opening.options.overrides
    if opening.source.ct is not None:
        study = open_study(opening.source, overrides, identity=opening.identity, progress=progress)
        return study, facts_of_files(study.patient, study.suv, overrides, opening.source.uptake_min)
    selection = find_selection(opening.source, opening.study_uid, progress)
    study = load_selection(selection, opening.source, overrides, progress)
    return study, facts_of_selection(selection, overrides)
