"""All DICOM objects of one row: segmentations, report, structure sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from NEMOPETLib.dicom_out import segmentation_object, structure_set
from NEMOPETLib.dicom_out.disguised_source import disguised
from NEMOPETLib.dicom_out.findings import Finding, lesion_findings, tissue_findings
from NEMOPETLib.dicom_out.object_uids import results_uid, tracking_uids
from NEMOPETLib.dicom_out.origin import Origin, origins
from NEMOPETLib.dicom_out.segmented import Segmented
from NEMOPETLib.dicom_out.source_folder import refuse_source_folder
from NEMOPETLib.dicom_out.source_series import SourceSeries, as_measured, source_series
from NEMOPETLib.dicom_out.written_object import Identity, write_object
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.measurements.lesions import Lesion
from NEMOPETLib.privacy.disguise import Disguise
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.selection import Selection
from NEMOPETLib.studies.volume import Volume

# Of the objects of a study those of a scanner come first: their numbers stay far below.
_SERIES_NUMBERS = {"lesions SEG": 9701, "tissues SEG": 9702, "SR": 9703, "lesions RTSTRUCT": 9704,
                   "tissues RTSTRUCT": 9705}  # fmt: skip


@dataclass(frozen=True, eq=False)
class PatientFindings:
    """What was found in a patient.

    Parameters
    ----------
    labels
        Lesion map on the PET's grid.
    lesions
        Each lesion's numbers.
    tissues
        Masks on the CT's grid; those without a term of ``SEGMENT_TERMS`` are left out.
    """

    labels: Volume
    lesions: Sequence[Lesion]
    tissues: Sequence[Mask | PackedMask]


@dataclass(frozen=True, eq=False)
class _Part:
    """The findings on one source."""

    name: str
    source: SourceSeries
    findings: Sequence[Finding]
    origin: Origin

    @property
    def has_voxels(self) -> bool:
        return any(next(iter(finding.planes), None) is not None for finding in self.findings)


def write_patient_objects(
    folder: Path,
    selection: Selection,
    found: PatientFindings,
    row: Mapping[str, Any],
    progress: Progress = no_progress,
    disguise: Disguise | None = None,
) -> tuple[Path, ...]:
    """Write a row's findings and numbers as DICOM.

    ``lesions_seg.dcm`` and ``lesions_rtstruct.dcm`` refer to the PET, those of the ``tissues`` to the CT,
    ``measurements_sr.dcm`` to both and to the segmentations. What has no voxel has no segmentation. The same row
    gives the same objects with the same UIDs.

    Parameters
    ----------
    folder
        Made if it is not there; its older objects are removed.
    selection
        The PET and the CT on disk.
    row
        Of the cohort table, with numbers or None in its measured columns.
    disguise
        Hides the patient.

    Returns
    -------
    The files.

    Raises
    ------
    InputError
        If the folder lies in the study's own (``refuse_source_folder``), or cannot be written.
    """
    from NEMOPETLib.dicom_out import measurement_report  # highdicom takes a second to import

    refuse_source_folder(folder, selection)
    assert selection.ct is not None  # a study without a CT is none
    pet, ct = source_series(selection.pet), source_series(selection.ct)
    if disguise is not None:
        pet, ct = disguised(pet, disguise), disguised(ct, disguise)
    pet, ct = as_measured(pet, row), as_measured(ct, row)
    row_uid = str(row.get("tracking_uid") or results_uid(pet.study_uid, found.lesions))
    measured_at = dt.datetime.fromisoformat(str(row["measured_at"]))
    identity = Identity(row_uid, measured_at, str(row.get("software_version") or "unknown"))
    uids = tracking_uids(str(row.get("study_uid") or row_uid), found.lesions)
    lesion_origin, tissue_origin = origins(row)
    tissues = [mask for mask in found.tissues if mask.name in SEGMENT_TERMS]
    parts = [
        _Part("lesions", pet, lesion_findings(found.labels, uids), lesion_origin),
        _Part("tissues", ct, tissue_findings(tissues, uids), tissue_origin),
    ]
    written = [one for one in parts if one.has_voxels]
    _make_empty(folder)
    files, segmented = [], []
    for part in progress(written, "Writing DICOM"):
        seg = segmentation_object.segmentation_object(
            part.findings, part.source, identity, part.origin, _SERIES_NUMBERS[f"{part.name} SEG"]
        )
        segmented.append(Segmented(part.source, seg.SeriesInstanceUID, seg.SOPInstanceUID, part.findings))
        files.append(folder / f"{part.name}_seg.dcm")
        write_object(files[-1], seg, segmentation_object.TRANSFER_SYNTAX)
        del seg
        regions = structure_set.structure_set(
            part.findings, part.source, identity, part.origin, _SERIES_NUMBERS[f"{part.name} RTSTRUCT"]
        )
        files.append(folder / f"{part.name}_rtstruct.dcm")
        write_object(files[-1], regions, structure_set.TRANSFER_SYNTAX)
        del regions
    report = measurement_report.measurement_report(
        row, found.lesions, uids, segmented, (pet, ct), identity, _SERIES_NUMBERS["SR"]
    )
    files.append(folder / "measurements_sr.dcm")
    write_object(files[-1], report, measurement_report.TRANSFER_SYNTAX)
    return tuple(files)


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.dcm"):
            old.unlink()
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({why_refused(error)})") from error
